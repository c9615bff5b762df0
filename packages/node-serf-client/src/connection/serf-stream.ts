/** Stream of records from the agent. */
export interface SerfStream<T> extends AsyncIterableIterator<T> {
  /** Number of records dropped because the reader was too slow. */
  readonly missed: number
}

/** Lowest level of lines in the agent's log stream. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERR'
