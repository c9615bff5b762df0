import {
  renderWithoutRejected,
  type Check,
  type PoolMember,
  type ProxyModel,
  type Quarantined,
  type Rendered,
  type Template,
} from 'haproxy-config-render'
import { checkConfiguration } from 'haproxy-config-text'

interface Refusal {
  /** What the member was like; another address or tag may be fit. */
  readonly fingerprint: string
  readonly findings: readonly Quarantined[]
}

/** The members whose lines HAProxy itself refused, until they change. */
export class RejectedMembers {
  readonly #template: Template
  readonly #check: Check
  #refusals: ReadonlyMap<string, Refusal> = new Map()
  /** A text that HAProxy refuses whoever is left out: looking again would find no more. */
  #hopeless: string | undefined

  constructor(template: Template, check: Check) {
    this.#template = template
    this.#check = check
  }

  /** Parts the members from those that were refused as they are now. */
  withoutRejected(members: readonly PoolMember[]): {
    members: readonly PoolMember[]
    quarantined: readonly Quarantined[]
  } {
    const refusals = new Map<string, Refusal>()
    const rest = members.filter(member => {
      const refusal = this.#refusals.get(member.name)
      if (refusal?.fingerprint !== fingerprint(member)) return true
      refusals.set(member.name, refusal)
      return false
    })
    // Who left or changed is forgotten.
    this.#refusals = refusals
    const quarantined = [...refusals.values()].flatMap(({ findings }) => findings)
    return { members: rest, quarantined }
  }

  /**
   * After HAProxy refused a rendering: finds the members whose lines it
   * refuses, remembers them and renders the rest. Undefined where nobody in
   * particular is to blame.
   */
  async renderRest(
    { model, rendered }: { model: ProxyModel; rendered: Rendered },
    members: readonly PoolMember[],
    { signal }: { signal: AbortSignal },
  ): Promise<{ rendered: Rendered; quarantined: readonly Quarantined[] } | undefined> {
    if (rendered.text === this.#hopeless) return undefined
    const found = await renderWithoutRejected(this.#template, model, this.#check, { signal })
    if (found.kind === 'rejected' || found.quarantined.length === 0) {
      this.#hopeless = rendered.text
      return undefined
    }
    const refusals = new Map(this.#refusals)
    for (const member of members) {
      const findings = found.quarantined.filter(one => one.member === member.name)
      if (findings.length > 0) {
        refusals.set(member.name, { fingerprint: fingerprint(member), findings })
      }
    }
    this.#refusals = refusals
    return found
  }
}

function fingerprint({ address, tags }: PoolMember): string {
  const names = Object.keys(tags).toSorted()
  return JSON.stringify([address, names.map(name => [name, tags[name]])])
}

/** Returns a check of texts by HAProxy's executable. */
export function checkText(binary: string): Check {
  return (text, { signal }) => checkConfiguration(text, { binary, signal })
}
