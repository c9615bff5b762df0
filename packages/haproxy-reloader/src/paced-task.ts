import { nextStartAt, type LastRun, type Pace } from './pace.js'

/** The time, for a task that waits. */
export interface TaskTime {
  /** Returns the time of a monotonic clock, in milliseconds. */
  now(): number
  /** Calls a function later; the result cancels that. */
  later(act: () => void, delayMs: number): () => void
}

const systemTime: TaskTime = {
  now: () => performance.now(),
  later(act, delayMs) {
    const timer = setTimeout(act, delayMs)
    return () => clearTimeout(timer)
  },
}

/**
 * An action that runs in the background after each request, one run at a time.
 * Requests that wait are one run, and its pace follows its own duration. A run
 * that fails stays requested, and is retried after the longest time of the pace.
 */
export class PacedTask {
  readonly #act: () => Promise<void>
  readonly #pace: Pace
  readonly #time: TaskTime
  /** Time of the first request that no run has begun for. */
  #requestedAt: number | undefined
  #last: LastRun | undefined
  #running: Promise<void> | undefined
  #cancel: (() => void) | undefined
  #hasFailed = false

  constructor(act: () => Promise<void>, pace: Pace, time: TaskTime = systemTime) {
    this.#act = act
    this.#pace = pace
    this.#time = time
  }

  /** True while the last run has failed. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Runs the action soon. */
  request(): void {
    this.#requestedAt ??= this.#time.now()
    this.#schedule(this.#requestedAt)
  }

  /**
   * Runs the requested task now. Resolves when nothing runs and nothing was
   * requested before this call.
   *
   * @throws the error of the action; it stays requested then
   */
  async flush(): Promise<void> {
    // Its error belongs to the requests before it; the next run finds it again if it persists.
    while (this.#running) await this.#running.catch(() => {})
    if (this.#requestedAt !== undefined) await this.#run()
  }

  /** Forgets the request; a run that has begun goes on. */
  stop(): void {
    this.#requestedAt = undefined
    this.#cancel?.()
    this.#cancel = undefined
  }

  #schedule(requestedAt: number): void {
    if (this.#running || this.#cancel) return
    const at = nextStartAt(this.#pace, this.#last, requestedAt)
    const retryAt = this.#hasFailed ? (this.#last?.endedAt ?? 0) + this.#pace.boundMs : 0
    // Never at once: the caller goes on first.
    this.#cancel = this.#time.later(
      () => {
        this.#cancel = undefined
        this.#run().catch(() => {})
      },
      Math.max(0, at - this.#time.now(), retryAt - this.#time.now()),
    )
  }

  #run(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    this.#running = this.#runOnce().finally(() => {
      this.#running = undefined
      if (this.#requestedAt !== undefined) this.#schedule(this.#requestedAt)
    })
    return this.#running
  }

  async #runOnce(): Promise<void> {
    const startedAt = this.#time.now()
    this.#requestedAt = undefined
    try {
      await this.#act()
      this.#hasFailed = false
    } catch (error) {
      this.#hasFailed = true
      this.#requestedAt ??= this.#time.now()
      throw error
    } finally {
      const endedAt = this.#time.now()
      this.#last = { endedAt, tookMs: endedAt - startedAt }
    }
  }
}
