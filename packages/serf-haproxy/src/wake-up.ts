/** A sleep that can be cut short; a call to `ring` while nobody sleeps is remembered. */
export class WakeUp {
  #rung = false
  #wake: (() => void) | undefined

  wake(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Resolves after `ms`, or as soon as it is rung or `signal` aborts. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
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
    this.#rung = false
  }
}
