/**
 * Slot for one value between a source that never waits and a reader that may
 * be slow: a newer value replaces an unread one.
 */
export class LatestSlot<T> implements AsyncIterableIterator<T> {
  #value: { readonly value: T } | undefined
  #ended = false
  #reader: ((result: IteratorResult<T>) => void) | undefined

  put(value: T): void {
    if (this.#ended) return
    this.#value = { value }
    this.#deliver()
  }

  end(): void {
    this.#ended = true
    this.#deliver()
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise(resolve => {
      this.#reader = resolve
      this.#deliver()
    })
  }

  return(): Promise<IteratorResult<T>> {
    this.#value = undefined
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #deliver(): void {
    if (!this.#reader || !(this.#value || this.#ended)) return
    const reader = this.#reader
    const pending = this.#value
    this.#reader = undefined
    this.#value = undefined
    reader(pending ? { value: pending.value, done: false } : { value: undefined, done: true })
  }
}
