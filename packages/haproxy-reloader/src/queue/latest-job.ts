interface Job<In, Out> {
  readonly input: In
  readonly signal: AbortSignal | undefined
  resolve(output: Out): void
  reject(error: unknown): void
}

/** Signals that may end a job early. */
export interface JobLimits {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined
  /** Aborts when a newer job waits. */
  readonly newer: AbortSignal
}

/**
 * Runs one job at a time and keeps only the newest of those that wait. The
 * others resolve at once as superseded.
 */
export class LatestJob<In, Out> {
  readonly #work: (input: In, limits: JobLimits) => Promise<Out>
  readonly #superseded: Out
  #waiting: Job<In, Out> | undefined
  #running: Promise<void> | undefined
  #repeat: NodeJS.Timeout | undefined
  #isRetry = false
  #newer = new AbortController()
  #isDraining = false
  #isClosed = false
  #onIdle: (() => void)[] = []

  constructor(work: (input: In, limits: JobLimits) => Promise<Out>, superseded: Out) {
    this.#work = work
    this.#superseded = superseded
  }

  /** Runs a job. An aborted `signal` drops it while it waits; once it runs, the job itself has to react. */
  run(input: In, signal?: AbortSignal): Promise<Out> {
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      clearTimeout(this.#repeat)
      this.#repeat = undefined
      this.#waiting?.resolve(this.#superseded)
      this.#waiting = this.#withdrawable({ input, signal, resolve, reject })
      if (this.#isDraining) {
        this.#newer.abort()
        return
      }
      // Set before the job starts: the job itself may request another.
      this.#isDraining = true
      this.#running = this.#drain()
    })
  }

  /** Runs a job after a delay, unless another comes first. Its result is dropped. */
  again(input: In, delayMs: number): void {
    this.#isRetry = false
    this.#later(input, delayMs)
  }

  /** Like `again`, for long delays: it counts as idle, and keeps no process alive. */
  retry(input: In, delayMs: number): void {
    this.#isRetry = true
    this.#later(input, delayMs)
    this.#repeat?.unref()
  }

  /** Resolves when no job runs, waits or is scheduled. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve()
    return new Promise(resolve => this.#onIdle.push(resolve))
  }

  /** Drops the waiting job and resolves when the running one has ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#repeat)
    this.#repeat = undefined
    this.#waiting?.resolve(this.#superseded)
    this.#waiting = undefined
    await this.#running
    this.#notifyIdle()
  }

  #isIdle(): boolean {
    return !this.#running && (!this.#repeat || this.#isRetry)
  }

  #later(input: In, delayMs: number): void {
    clearTimeout(this.#repeat)
    this.#repeat = undefined
    if (this.#waiting || this.#isClosed) return
    this.#repeat = setTimeout(() => {
      // The next job of a caller fails in the same way and reports it.
      this.run(input).catch(() => {})
    }, delayMs)
  }

  #withdrawable(job: Job<In, Out>): Job<In, Out> {
    const { signal, resolve, reject } = job
    if (!signal) return job
    const withdraw = () => {
      if (this.#waiting !== withdrawable) return
      this.#waiting = undefined
      reject(signal.reason)
    }
    const unlisten = () => signal.removeEventListener('abort', withdraw)
    const withdrawable: Job<In, Out> = {
      ...job,
      resolve: output => (unlisten(), resolve(output)),
      reject: error => (unlisten(), reject(error)),
    }
    signal.addEventListener('abort', withdraw, { once: true })
    return withdrawable
  }

  async #drain(): Promise<void> {
    while (this.#waiting) {
      const { input, signal, resolve, reject } = this.#waiting
      this.#waiting = undefined
      this.#newer = new AbortController()
      await this.#work(input, { signal, newer: this.#newer.signal }).then(resolve, reject)
    }
    this.#isDraining = false
    this.#running = undefined
    this.#notifyIdle()
  }

  #notifyIdle(): void {
    if (!this.#isIdle()) return
    const waiting = this.#onIdle
    this.#onIdle = []
    for (const resolve of waiting) resolve()
  }
}
