import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  renderWithoutRejected,
  type Check,
  type PoolMember,
  type ProxyModel,
  type Quarantined,
  type Rendered,
  type Template,
} from 'haproxy-config-render'
import { checkConfiguration } from 'haproxy-reloader'

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
    if (found.kind === 'refused' || found.quarantined.length === 0) {
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

/** Has HAProxy check a text in a file of its own, which goes afterwards. */
export function checkText(binary: string): Check {
  return async (text, { signal }) => {
    const folder = await mkdtemp(join(tmpdir(), 'serf-haproxy-'))
    try {
      const file = join(folder, 'haproxy.cfg')
      await writeFile(file, text, { mode: 0o600 })
      const result = await checkConfiguration(file, { binary, signal })
      // Where the text lay is no news to anybody.
      return result.ok ? result : { ...result, report: result.report.replaceAll(`${folder}/`, '') }
    } finally {
      await rm(folder, { recursive: true })
    }
  }
}
