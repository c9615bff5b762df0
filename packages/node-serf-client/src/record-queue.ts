interface Reader<T> {
  resolve(result: IteratorResult<T>): void
  reject(error: Error): void
}

/**
 * The records of one stream between the socket, which pushes, and the reader,
 * who pulls. It holds a bounded number: a reader that is too slow loses the
 * oldest ones and is told how many, and the socket is never held up.
 */
export class RecordQueue<T> implements AsyncIterableIterator<T> {
  /** How many records were dropped because the reader was too slow. */
  missed = 0
  #records: T[] = []
  #readers: Reader<T>[] = []
  #end: { error?: Error } | undefined
  readonly #limit: number
  readonly #onReturn: () => void

  constructor(options: { limit: number; onReturn: () => void }) {
    this.#limit = options.limit
    this.#onReturn = options.onReturn
  }

  push(record: T): void {
    if (this.#end) return
    const reader = this.#readers.shift()
    if (reader) {
      reader.resolve({ value: record, done: false })
      return
    }
    if (this.#records.length === this.#limit) {
      this.#records.shift()
      this.missed++
    }
    this.#records.push(record)
  }

  /** Ends the stream, with an error or without; what is queued can still be read. */
  end(error?: Error): void {
    if (this.#end) return
    this.#end = error ? { error } : {}
    const readers = this.#readers
    this.#readers = []
    for (const reader of readers) {
      if (error) reader.reject(error)
      else reader.resolve({ value: undefined, done: true })
    }
  }

  next(): Promise<IteratorResult<T>> {
    const record = this.#records.shift()
    if (record !== undefined) return Promise.resolve({ value: record, done: false })
    if (this.#end?.error) {
      const { error } = this.#end
      this.#end = {}
      return Promise.reject(error)
    }
    if (this.#end) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject })
    })
  }

  return(): Promise<IteratorResult<T>> {
    if (!this.#end) this.#onReturn()
    this.#records = []
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
