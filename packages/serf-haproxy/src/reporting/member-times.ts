import type { Standing } from '../state/agent-state.js'
import type { MemberTimes } from '../state/explanation.js'

type Step = keyof MemberTimes

/** When each member came how far. Bounded: the longest unheard of is forgotten first. */
export class TimesOfMembers {
  readonly #times = new Map<string, MemberTimes>()
  readonly #limit: number

  constructor(limit = 20_000) {
    this.#limit = limit
  }

  of(name: string): MemberTimes {
    return this.#times.get(name) ?? {}
  }

  /** Notes a step where it is the first of its kind since the member was admitted. */
  note(name: string, step: Step, at: number): void {
    const before = this.of(name)
    if (before[step] !== undefined) return
    this.#put(name, { ...before, [step]: at })
  }

  /** A standing that is new: serving again begins a new life. */
  stand(name: string, standing: Standing, at: number): void {
    const { seen } = this.of(name)
    if (standing === 'serving')
      this.#put(name, { ...(seen !== undefined && { seen }), admitted: at })
    if (standing === 'draining' || standing === 'damped')
      this.#put(name, { ...this.of(name), drained: at })
    if (standing === 'gone' && this.of(name).admitted !== undefined)
      this.#put(name, { ...this.of(name), removed: at })
  }

  #put(name: string, times: MemberTimes): void {
    this.#times.delete(name)
    this.#times.set(name, times)
    const [oldest] = this.#times.keys()
    if (this.#times.size > this.#limit && oldest !== undefined) this.#times.delete(oldest)
  }
}
