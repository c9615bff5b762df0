/** A stream of the agent that also says what its reader missed. */
export interface SerfStream<T> extends AsyncIterableIterator<T> {
  /** How many records were dropped because the reader was too slow. */
  readonly missed: number
}

/** How much the agent's log stream tells. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERR'
