/** Options of every call. */
export interface CallOptions {
  /** Time limit in milliseconds. @defaultValue the `timeoutMs` of `connect` */
  readonly timeoutMs?: number
  /** Ends the call with the signal's reason. @defaultValue none */
  readonly signal?: AbortSignal
}

/** Options of every stream; the signal also ends an open stream. */
export interface StreamOptions extends CallOptions {
  /** Number of unread records to keep for a slow reader. @defaultValue 4,096 */
  readonly maxQueued?: number
  /** Size on the wire of the unread records to keep, in bytes. @defaultValue 8 MiB */
  readonly maxQueuedBytes?: number
}
