import type { MembershipCause } from './membership.js'
import { nextReadAt, type PendingNotices, type ReadTiming } from './read-schedule.js'

/** The notices that one read answers, as one: `log` if any of them came from the log, or else the first cause. */
export interface ChangeNotice {
  readonly cause: MembershipCause
  /** Time of the first notice that the read answers; milliseconds of `performance.now()`. */
  readonly detectedAt: number
}

interface Waiter {
  resolve(notice: ChangeNotice): void
  reject(error: Error): void
}

/** Collects notices of changes and determines when to read the members. */
export class ChangeSignal {
  readonly #timing: ReadTiming
  #pending: PendingNotices = { lastReadAt: -Infinity, firstNoticeAt: 0, lastNoticeAt: 0 }
  #cause: MembershipCause | undefined
  #timer: NodeJS.Timeout | undefined
  #waiter: Waiter | undefined
  #failure: Error | undefined

  constructor(timing: ReadTiming) {
    this.#timing = timing
  }

  /** Records one notice. The log reports a change first, so a burst with a log line has the cause `log`. */
  notify(cause: MembershipCause): void {
    const now = performance.now()
    const firstNoticeAt = this.#cause ? this.#pending.firstNoticeAt : now
    if (!this.#cause || cause === 'log') this.#cause = cause
    this.#pending = { ...this.#pending, firstNoticeAt, lastNoticeAt: now }
    this.#schedule()
  }

  /** Ends the signal: the current or next call of `due` rejects with this error. */
  readonly fail = (error: Error): void => {
    this.#failure ??= error
    this.#waiter?.reject(this.#failure)
  }

  /** Marks the start of a read, which answers every notice so far. */
  readStarted(): void {
    this.#cause = undefined
    this.#pending = { ...this.#pending, lastReadAt: performance.now() }
  }

  /** Resolves when the next read is due. */
  due(): Promise<ChangeNotice> {
    return new Promise((resolve, reject) => {
      if (this.#failure) throw this.#failure
      this.#waiter = { resolve, reject }
      this.#schedule()
    })
  }

  /** Stops the timer; `due` no longer resolves. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (!this.#waiter || !this.#cause) return
    const delayMs = nextReadAt(this.#pending, this.#timing) - performance.now()
    if (delayMs > 0) {
      this.#timer = setTimeout(() => this.#schedule(), delayMs)
      return
    }
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter.resolve({ cause: this.#cause, detectedAt: this.#pending.firstNoticeAt })
  }
}
