import type { MembershipCause } from './membership.js'
import { nextReadAt, type ReadTiming, type Rings } from './read-schedule.js'

/** Why a read is due: `doorbell` where any of its rings was one, or else the first of them. */
export interface Ring {
  readonly cause: MembershipCause
  /** When the first ring that the read answers was heard; milliseconds of `performance.now()`. */
  readonly detectedAt: number
}

interface Waiter {
  resolve(ring: Ring): void
  reject(error: Error): void
}

/** Gathers rings, and says when the read that answers them is due. */
export class Doorbell {
  readonly #timing: ReadTiming
  #rings: Rings = { lastReadAt: -Infinity, firstRingAt: 0, lastRingAt: 0 }
  #cause: MembershipCause | undefined
  #timer: NodeJS.Timeout | undefined
  #waiter: Waiter | undefined
  #failure: Error | undefined

  constructor(timing: ReadTiming) {
    this.#timing = timing
  }

  /** The log is always the first to tell of a change: a burst with a line of it was not told by the stream. */
  ring(cause: MembershipCause): void {
    const now = performance.now()
    const firstRingAt = this.#cause ? this.#rings.firstRingAt : now
    if (!this.#cause || cause === 'log') this.#cause = cause
    this.#rings = { ...this.#rings, firstRingAt, lastRingAt: now }
    this.#schedule()
  }

  /** Nothing can ring any more: whoever waits, now or later, gets the reason. */
  readonly fail = (error: Error): void => {
    this.#failure ??= error
    this.#waiter?.reject(this.#failure)
  }

  /** A read begins: it answers every ring so far. */
  answered(): void {
    this.#cause = undefined
    this.#rings = { ...this.#rings, lastReadAt: performance.now() }
  }

  /** Resolves with the first ring, when the read that answers it is due. */
  due(): Promise<Ring> {
    return new Promise((resolve, reject) => {
      if (this.#failure) throw this.#failure
      this.#waiter = { resolve, reject }
      this.#schedule()
    })
  }

  silence(): void {
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (!this.#waiter || !this.#cause) return
    const delayMs = nextReadAt(this.#rings, this.#timing) - performance.now()
    if (delayMs > 0) {
      this.#timer = setTimeout(() => this.#schedule(), delayMs)
      return
    }
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter.resolve({ cause: this.#cause, detectedAt: this.#rings.firstRingAt })
  }
}
