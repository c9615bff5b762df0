/** What a frame of a stream decodes to that tells its reader nothing. */
export const noRecord = Symbol('noRecord')

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/** What a queue tells its owner; each once at most. */
interface Hooks {
  /** How many records are kept for a reader that lags. */
  readonly limit: number
  /** No record will come any more. */
  onEnd(): void
  /** The reader went before the source had ended. */
  onLeft(): void
}

/**
 * The records of one stream between the socket, which pushes, and the reader,
 * who pulls. It holds a bounded number: a reader that is too slow loses the
 * oldest ones and is told how many, and the socket is never held up.
 */
export class RecordQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #hooks: Hooks
  #missed = 0
  #records: T[] = []
  #readers: Reader<T>[] = []
  #end: { error?: unknown } | undefined

  constructor(hooks: Hooks) {
    this.#hooks = hooks
  }

  /** How many records were dropped because the reader was too slow. */
  get missed(): number {
    return this.#missed
  }

  push(record: T): void {
    if (this.#end) return
    const reader = this.#readers.shift()
    if (reader) return reader.resolve({ value: record, done: false })
    if (this.#records.length === this.#hooks.limit) {
      this.#records.shift()
      this.#missed++
    }
    this.#records.push(record)
  }

  /** Ends the stream, with an error or without; what is queued can still be read. */
  end(error?: unknown): void {
    if (this.#end) return
    // An error is told once: to a reader who waits, or else to the next one.
    const isTold = this.#readers.length > 0
    this.#end = error !== undefined && !isTold ? { error } : {}
    this.#hooks.onEnd()
    const readers = this.#readers
    this.#readers = []
    for (const [i, reader] of readers.entries()) {
      if (error !== undefined && i === 0) reader.reject(error)
      else reader.resolve({ value: undefined, done: true })
    }
  }

  /** Ends the stream on the reader's side, with an error; what is queued is lost. */
  fail(error: unknown): void {
    if (this.#end) return
    this.#hooks.onLeft()
    this.#records = []
    this.end(error)
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const record = this.#records.shift()
    if (record !== undefined) return Promise.resolve({ value: record, done: false })
    if (!this.#end) return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
    const { error } = this.#end
    this.#end = {}
    if (error === undefined) return Promise.resolve({ value: undefined, done: true })
    return Promise.reject(error)
  }

  return(): Promise<IteratorResult<T, undefined>> {
    if (!this.#end) this.#hooks.onLeft()
    this.#records = []
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
