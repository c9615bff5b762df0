import {
  renderWithoutRejected,
  type Check,
  type PoolMember,
  type ProxyModel,
  type Quarantined,
  type Rendered,
  type Template,
} from 'haproxy-config-render'
import { changedKeys, VersionedMap } from 'versioned-map'
import { wholeText } from './rendered-texts.js'

interface Rejection {
  /** The member's values; another address or tag may be accepted. */
  readonly fingerprint: string
  readonly findings: readonly Quarantined[]
}

/** The rendering without the members that HAProxy rejects, or its errors if no members are the cause. */
type Rest =
  | {
      readonly kind: 'accepted'
      readonly rendered: Rendered
      readonly quarantined: readonly Quarantined[]
    }
  | {
      readonly kind: 'rejected'
      /** Each error with the template's line; undefined if HAProxy accepts the text now. */
      readonly report: string | undefined
    }

/** The members with lines that HAProxy rejected, until they change. */
export class RejectedMembers {
  readonly #template: Template
  readonly #check: Check
  #rejections: ReadonlyMap<string, Rejection> = new Map()
  /** The members without the rejected ones, and what they were made of. */
  #rest: Remaining = noRemaining
  /** The texts that HAProxy rejects without any members too: another search would find no more. */
  #unfixable: { readonly text: string; readonly report: string | undefined } | undefined

  constructor(template: Template, check: Check) {
    this.#template = template
    this.#check = check
  }

  /** Separates the members from those that were rejected with the values that they have now. */
  withoutRejected(members: ReadonlyMap<string, PoolMember>): {
    members: ReadonlyMap<string, PoolMember>
    quarantined: readonly Quarantined[]
  } {
    const rejections = new Map<string, Rejection>()
    for (const [name, rejection] of this.#rejections) {
      const member = members.get(name)
      if (member && rejection.fingerprint === fingerprint(member)) rejections.set(name, rejection)
    }
    // Members that left or changed are forgotten.
    this.#rejections = rejections
    this.#rest = rejections.size === 0 ? noRemaining : this.#withoutNames(members, rejections)
    const quarantined = [...rejections.values()].flatMap(({ findings }) => findings)
    return { members: rejections.size === 0 ? members : this.#rest.members, quarantined }
  }

  /** Returns the members without some; takes the time of the differences from the last call. */
  #withoutNames(of: ReadonlyMap<string, PoolMember>, without: Remaining['without']): Remaining {
    const { members, ...last } = this.#rest
    const names = [...changedKeys(last.of, of), ...last.without.keys(), ...without.keys()]
    const changes = names.map(name => [name, without.has(name) ? undefined : of.get(name)] as const)
    return { of, without, members: members.with(changes) }
  }

  /**
   * Finds the members with lines that HAProxy rejects, after it rejected a
   * rendering; remembers them and renders the rest.
   */
  async renderRest(
    { model, rendered }: { model: ProxyModel; rendered: Rendered },
    members: ReadonlyMap<string, PoolMember>,
    { signal }: { signal: AbortSignal },
  ): Promise<Rest> {
    const text = wholeText(rendered)
    if (text === this.#unfixable?.text) return { kind: 'rejected', report: this.#unfixable.report }
    const result = await renderWithoutRejected(this.#template, model, this.#check, { signal })
    if (result.kind === 'rejected' || result.quarantined.length === 0) {
      const report = result.kind === 'rejected' ? result.report : undefined
      this.#unfixable = { text, report }
      return { kind: 'rejected', report }
    }
    const rejections = new Map(this.#rejections)
    for (const { member: name } of result.quarantined) {
      const member = members.get(name)
      const findings = result.quarantined.filter(finding => finding.member === name)
      if (member) rejections.set(name, { fingerprint: fingerprint(member), findings })
    }
    this.#rejections = rejections
    return result
  }
}

/** The members without some, and what they were made of. */
interface Remaining {
  readonly of: ReadonlyMap<string, PoolMember>
  readonly without: ReadonlyMap<string, unknown>
  readonly members: VersionedMap<string, PoolMember>
}

const noRemaining: Remaining = {
  of: new Map(),
  without: new Map(),
  members: VersionedMap.of<string, PoolMember>([]),
}

function fingerprint({ address, tags }: PoolMember): string {
  const names = Object.keys(tags).toSorted()
  return JSON.stringify([address, names.map(name => [name, tags[name]])])
}
