/** Lets work that is not urgent run on while news is handled. */
export class News {
  #announce = () => {}

  /** Announces news: a wait that runs ends. */
  announce(): void {
    this.#announce()
  }

  /**
   * Waits for work, or until news comes. The work is not stopped.
   *
   * @param onLateError - called with the error of work that fails after news came
   * @throws the error of work that fails before
   */
  async waitFor(work: Promise<void>, onLateError: (error: unknown) => void): Promise<void> {
    let isLate = false
    const ended = work.catch((error: unknown) => {
      if (!isLate) throw error
      onLateError(error)
    })
    const news = new Promise<void>(resolve => {
      this.#announce = resolve
    })
    await Promise.race([ended, news])
    isLate = true
  }
}
