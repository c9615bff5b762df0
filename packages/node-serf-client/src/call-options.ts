/** What every call takes: how long it may last, in milliseconds, and a signal that ends it. */
export interface CallOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** What every stream takes; the signal also ends the stream, once it is open. */
export interface StreamOptions extends CallOptions {
  /** How many records are kept for a reader that lags; 4,096 by default. */
  readonly maxQueued?: number
}
