import type { TaskLimits } from '../queue/task.js'

/** The result of a read that a newer task interrupted. */
export const interrupted = Symbol('interrupted')

/** Share of the time that whole comparisons take at most. */
const share = 0.001
/** Comparisons in a row that a newer task may interrupt; the next one runs to its end. */
const mostInterrupted = 3

/**
 * The times of whole comparisons: all servers, the file and the marker. Their
 * cost grows with the size of the cluster, so the time between two follows from
 * the duration of the last. In between only the changed servers are read.
 */
export class WholeComparison {
  #dueAt = -Infinity
  #interrupted = 0

  /** Returns whether everything has to be compared now. */
  isDue(now: number): boolean {
    return now >= this.#dueAt
  }

  /** Makes the next comparison a whole one, since something is doubtful. */
  doubt(): void {
    this.#dueAt = -Infinity
  }

  /** Notes a whole comparison. */
  done(now: number, tookMs: number): void {
    this.#dueAt = now + tookMs / share
    this.#interrupted = 0
  }

  /**
   * Reads. A newer task interrupts it, unless it did so several times before.
   *
   * @param isBound - true if HAProxy has to be read first whatever comes
   */
  async interruptible<T>(
    { signal, newer }: TaskLimits,
    isBound: boolean,
    read: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | typeof interrupted> {
    if (isBound || this.#interrupted >= mostInterrupted) return read(signal)
    try {
      return await read(AbortSignal.any([signal, newer]))
    } catch (error) {
      if (!newer.aborted || signal.aborted || error !== newer.reason) throw error
      this.#interrupted++
      return interrupted
    }
  }
}
