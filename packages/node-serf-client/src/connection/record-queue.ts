/** Decoded form of a record that the stream skips. */
export const skippedRecord = Symbol('noRecord')

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/** Limit of a queue, and callbacks for its owner; each is called at most once. */
interface Hooks {
  /** Number of unread records to keep. */
  readonly limit: number
  /** Called when the stream ends. */
  onEnd(): void
  /** Called when the reader leaves before the source has ended. */
  onReturn(): void
}

/**
 * Queue of one stream's records between the socket and the reader. Its length is
 * bounded: if the reader is too slow, the oldest records are dropped and counted,
 * and the socket never waits.
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

  /** Number of records dropped because the reader was too slow. */
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

  /** Ends the stream, with or without an error; queued records can still be read. */
  end(error?: unknown): void {
    if (this.#end) return
    // The error rejects one read only: the waiting one, or else the next.
    const isDelivered = this.#readers.length > 0
    this.#end = error !== undefined && !isDelivered ? { error } : {}
    this.#hooks.onEnd()
    const readers = this.#readers
    this.#readers = []
    for (const [i, reader] of readers.entries()) {
      if (error !== undefined && i === 0) reader.reject(error)
      else reader.resolve({ value: undefined, done: true })
    }
  }

  /** Ends the stream on the reader's side, with an error; queued records are discarded. */
  fail(error: unknown): void {
    if (this.#end) return
    this.#hooks.onReturn()
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
    if (!this.#end) this.#hooks.onReturn()
    this.#records = []
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
