import type { StreamOptions } from '../call-options.js'
import { atLeastOne } from '../wire/limit.js'

/** Decoded form of a record that the stream skips. */
export const skippedRecord = Symbol('noRecord')

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/** Limits of a queue. */
interface QueueLimits {
  /** Number of unread records to keep. */
  readonly limit: number
  /** Total size of the unread records on the wire, in bytes; the newest record is always kept. */
  readonly byteLimit: number
}

/** Limits of a queue, and callbacks for its owner; each is called at most once. */
interface Hooks extends QueueLimits {
  /** Called when the stream ends. */
  onEnd(): void
  /** Called when the reader leaves before the source has ended. */
  onReturn(): void
}

/** Returns the limits of a stream's queue. @throws SerfError `invalid-argument` for an invalid size. */
export function queueLimits({ maxQueued, maxQueuedBytes }: StreamOptions): QueueLimits {
  return {
    limit: atLeastOne('maxQueued', maxQueued ?? 4096),
    byteLimit: atLeastOne('maxQueuedBytes', maxQueuedBytes ?? 8 * 2 ** 20),
  }
}

/**
 * Queue of one stream's records between the socket and the reader. Its length is
 * bounded, in records and in bytes: if the reader is too slow, the oldest records
 * are dropped and counted, and the socket never waits.
 */
export class RecordQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #hooks: Hooks
  #missed = 0
  #records: { readonly record: T; readonly bytes: number }[] = []
  #bytes = 0
  #readers: Reader<T>[] = []
  #end: { error?: unknown } | undefined

  constructor(hooks: Hooks) {
    this.#hooks = hooks
  }

  /** Number of records dropped because the reader was too slow. */
  get missed(): number {
    return this.#missed
  }

  /** Adds a record of `bytes` bytes. */
  push(record: T, bytes: number): void {
    if (this.#end) return
    const reader = this.#readers.shift()
    if (reader) return reader.resolve({ value: record, done: false })
    const { limit, byteLimit } = this.#hooks
    this.#records.push({ record, bytes })
    this.#bytes += bytes
    while (this.#records.length > limit || (this.#bytes > byteLimit && this.#records.length > 1)) {
      this.#bytes -= this.#records.shift()?.bytes ?? 0
      this.#missed++
    }
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
    const oldest = this.#records.shift()
    if (oldest) {
      this.#bytes -= oldest.bytes
      return Promise.resolve({ value: oldest.record, done: false })
    }
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
