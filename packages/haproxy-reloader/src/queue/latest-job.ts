interface Job<In, Out> {
  readonly input: In
  readonly signal: AbortSignal | undefined
  resolve(output: Out): void
  reject(error: unknown): void
}

/** What may end a job before its time. */
export interface JobLimits {
  /** The caller's. */
  readonly signal: AbortSignal | undefined
  /** Aborts when a newer job waits. */
  readonly newer: AbortSignal
}

/**
 * Runs one job at a time. Of those that come meanwhile only the newest is
 * kept, and the others are told so at once.
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

  /** An aborted `signal` drops the job while it waits; while it runs that is the job's affair. */
  run(input: In, signal?: AbortSignal): Promise<Out> {
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      clearTimeout(this.#repeat)
      this.#repeat = undefined
      this.#waiting?.resolve(this.#superseded)
      this.#waiting = this.#withdrawable({ input, signal, resolve, reject })
      this.#newer.abort()
      if (this.#isDraining) return
      // Set before the job begins: it may itself ask for another.
      this.#isDraining = true
      this.#running = this.#drain()
    })
  }

  /** Runs a job after a while, unless another comes first; its outcome is nobody's. */
  again(input: In, delayMs: number): void {
    this.#isRetry = false
    this.#later(input, delayMs)
  }

  /** Like `again`, for what may be so for long: it counts as idle, and keeps no process alive. */
  retry(input: In, delayMs: number): void {
    this.#isRetry = true
    this.#later(input, delayMs)
    this.#repeat?.unref()
  }

  /** Resolves when no job runs, waits or is to be run again. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve()
    return new Promise(resolve => this.#onIdle.push(resolve))
  }

  /** Drops what waits and resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#repeat)
    this.#repeat = undefined
    this.#waiting?.resolve(this.#superseded)
    this.#waiting = undefined
    await this.#running
    this.#announce()
  }

  #isIdle(): boolean {
    return !this.#running && (!this.#repeat || this.#isRetry)
  }

  #later(input: In, delayMs: number): void {
    clearTimeout(this.#repeat)
    this.#repeat = undefined
    if (this.#waiting || this.#isClosed) return
    this.#repeat = setTimeout(() => {
      // A failure here shows again, to a caller, at the next job.
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
    const forget = () => signal.removeEventListener('abort', withdraw)
    const withdrawable: Job<In, Out> = {
      ...job,
      resolve: output => (forget(), resolve(output)),
      reject: error => (forget(), reject(error)),
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
    this.#announce()
  }

  #announce(): void {
    if (!this.#isIdle()) return
    const waiting = this.#onIdle
    this.#onIdle = []
    for (const resolve of waiting) resolve()
  }
}
