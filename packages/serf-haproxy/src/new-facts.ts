/** Signal of new facts: it ends a wait for work that is not urgent, and the work goes on. */
export class NewFacts {
  #announce = () => {}

  /** Announces new facts: a wait that runs ends. */
  announce(): void {
    this.#announce()
  }

  /**
   * Waits for work, or until new facts are announced. The work is not stopped.
   *
   * @param onLateError - called with the error of work that fails after the wait
   * @throws the error of work that fails before
   */
  async waitFor(work: Promise<void>, onLateError: (error: unknown) => void): Promise<void> {
    let isLate = false
    const ended = work.catch((error: unknown) => {
      if (!isLate) throw error
      onLateError(error)
    })
    const announced = new Promise<void>(resolve => {
      this.#announce = resolve
    })
    await Promise.race([ended, announced])
    isLate = true
  }
}
