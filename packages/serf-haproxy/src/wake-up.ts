/** A sleep that can be ended early. A call to `wake` before the sleep ends the next one. */
export class WakeUp {
  #isDue = false
  #wake: (() => void) | undefined
  #sleeps = 0

  /** Number of sleeps that began. It grows while the loop that sleeps is alive. */
  get sleeps(): number {
    return this.#sleeps
  }

  /** Ends the current sleep, or else the next one. */
  wake(): void {
    this.#isDue = true
    this.#wake?.()
  }

  /** Resolves after `ms`, or as soon as `wake` is called or `signal` aborts. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.#sleeps++
    if (!this.#isDue && !signal.aborted) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(() => wake(), ms)
        const wake = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          this.#wake = undefined
          resolve()
        }
        this.#wake = wake
        signal.addEventListener('abort', wake, { once: true })
      })
    }
    this.#isDue = false
  }
}
