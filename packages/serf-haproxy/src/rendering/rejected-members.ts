import {
  renderWithoutRejected,
  type Check,
  type PoolMember,
  type ProxyModel,
  type Quarantined,
  type Rendered,
  type Template,
} from 'haproxy-config-render'

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
  /** A text that HAProxy rejects without any members too: another search would find no more. */
  #unfixable: { readonly text: string; readonly report: string | undefined } | undefined

  constructor(template: Template, check: Check) {
    this.#template = template
    this.#check = check
  }

  /** Separates the members from those that were rejected with the values that they have now. */
  withoutRejected(members: readonly PoolMember[]): {
    members: readonly PoolMember[]
    quarantined: readonly Quarantined[]
  } {
    const rejections = new Map<string, Rejection>()
    const rest = members.filter(member => {
      const rejection = this.#rejections.get(member.name)
      if (rejection?.fingerprint !== fingerprint(member)) return true
      rejections.set(member.name, rejection)
      return false
    })
    // Members that left or changed are forgotten.
    this.#rejections = rejections
    const quarantined = [...rejections.values()].flatMap(({ findings }) => findings)
    return { members: rest, quarantined }
  }

  /**
   * Finds the members with lines that HAProxy rejects, after it rejected a
   * rendering; remembers them and renders the rest.
   */
  async renderRest(
    { model, rendered }: { model: ProxyModel; rendered: Rendered },
    members: readonly PoolMember[],
    { signal }: { signal: AbortSignal },
  ): Promise<Rest> {
    const { text } = rendered
    if (text === this.#unfixable?.text) return { kind: 'rejected', report: this.#unfixable.report }
    const result = await renderWithoutRejected(this.#template, model, this.#check, { signal })
    if (result.kind === 'rejected' || result.quarantined.length === 0) {
      const report = result.kind === 'rejected' ? result.report : undefined
      this.#unfixable = { text, report }
      return { kind: 'rejected', report }
    }
    const rejections = new Map(this.#rejections)
    for (const member of members) {
      const findings = result.quarantined.filter(finding => finding.member === member.name)
      if (findings.length > 0) {
        rejections.set(member.name, { fingerprint: fingerprint(member), findings })
      }
    }
    this.#rejections = rejections
    return result
  }
}

function fingerprint({ address, tags }: PoolMember): string {
  const names = Object.keys(tags).toSorted()
  return JSON.stringify([address, names.map(name => [name, tags[name]])])
}
