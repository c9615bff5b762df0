import { pollDelayMs } from '../poll-delay.js'
import type { DrainClock } from '../running/drain-clock.js'

/** The delay of read-backs while servers depart. */
export class Departures {
  readonly #clock: DrainClock
  #polls = 0

  constructor(clock: DrainClock) {
    this.#clock = clock
  }

  /** Begins with short delays again, since a new change begins. */
  reset(): void {
    this.#polls = 0
  }

  /**
   * Returns the delay of the next read-back in milliseconds; it grows while
   * servers depart. Undefined if none is needed.
   */
  readBackDelayMs(departing: readonly string[], isUnread: boolean): number | undefined {
    this.#clock.update(departing, performance.now())
    this.#polls = departing.length === 0 ? 0 : this.#polls + 1
    if (departing.length > 0) return pollDelayMs(this.#polls - 1)
    return isUnread ? 0 : undefined
  }
}
