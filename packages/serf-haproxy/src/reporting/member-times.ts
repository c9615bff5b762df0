import type { MemberTimes } from '../state/explanation.js'
import type { Standing } from '../state/standing.js'

type Step = keyof MemberTimes
type Times = ReadonlyMap<string, MemberTimes>

/** Most members whose times are kept. */
const defaultLimit = 20_000

/**
 * Times of the steps of each member. Immutable and bounded: the member whose
 * newest step is oldest is dropped first.
 */
export class TimesOfMembers {
  readonly #times: Times
  readonly #limit: number

  constructor(limit = defaultLimit, times: Times = new Map()) {
    this.#limit = limit
    this.#times = times
  }

  /** Returns the times of a member; empty for an unknown one. */
  of(name: string): MemberTimes {
    return this.#times.get(name) ?? {}
  }

  /** Adds a step of some members, except where it is known since the member was admitted. */
  withStep(names: Iterable<string>, step: Step, at: number): TimesOfMembers {
    const added: (readonly [string, MemberTimes])[] = []
    for (const name of names) {
      const before = this.of(name)
      if (before[step] === undefined) added.push([name, { ...before, [step]: at }])
    }
    return this.#with(added)
  }

  /** Adds the step of a changed standing. A member that serves again starts anew. */
  withStanding(name: string, standing: Standing, at: number): TimesOfMembers {
    const before = this.of(name)
    switch (standing) {
      case 'serving': {
        const { seen } = before
        return this.#with([[name, { ...(seen !== undefined && { seen }), admitted: at }]])
      }
      case 'draining':
      case 'damped':
        return this.#with([[name, { ...before, drained: at }]])
      case 'gone':
        return before.admitted === undefined
          ? this
          : this.#with([[name, { ...before, removed: at }]])
      default:
        return this
    }
  }

  #with(changed: readonly (readonly [string, MemberTimes])[]): TimesOfMembers {
    if (changed.length === 0) return this
    const next = new Map(this.#times)
    for (const [name, times] of changed) {
      next.delete(name)
      next.set(name, times)
    }
    for (const name of next.keys()) {
      if (next.size <= this.#limit) break
      next.delete(name)
    }
    return new TimesOfMembers(this.#limit, next)
  }
}
