/** Options of every call. */
export interface CallOptions {
  /** Time limit in milliseconds; the `timeoutMs` of `connect` by default. */
  readonly timeoutMs?: number
  /** Ends the call with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Options of every stream; the signal also ends an open stream. */
export interface StreamOptions extends CallOptions {
  /** Number of unread records to keep for a slow reader; 4,096 by default. */
  readonly maxQueued?: number
  /** Size on the wire of the unread records to keep, in bytes; 8 MiB by default. */
  readonly maxQueuedBytes?: number
}
