/** Up to this number of servers everything is compared each time: it costs a millisecond or two. */
const fewServers = 100
/** Share of the time that whole comparisons take at most. */
const share = 0.002
/** Comparisons in a row that news may interrupt; the next one runs to its end. */
const mostInterrupted = 3

/**
 * The times of whole comparisons: all servers, the file and the marker. They
 * cost what the size of the cluster costs, so the time between two follows from
 * the duration of the last. In between only the changed servers are read.
 */
export class WholeComparison {
  #dueAt = -Infinity
  #interrupted = 0

  /** Returns whether everything has to be compared now. */
  isDue(now: number, servers: number): boolean {
    return servers <= fewServers || now >= this.#dueAt
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

  /** Returns whether news may interrupt the next comparison. */
  get mayBeInterrupted(): boolean {
    return this.#interrupted < mostInterrupted
  }

  /** Notes that news interrupted a comparison. */
  interrupted(): void {
    this.#interrupted++
  }
}
