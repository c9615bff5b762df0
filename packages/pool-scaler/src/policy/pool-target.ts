/** Load of a pool at which its size is right. At least one of the figures is set. */
export interface LoadTarget {
  /** Sessions and queued requests for each server; undefined if they do not count. */
  readonly sessionsPerServer?: number | undefined
  /** Queued requests for each server; undefined if they do not count. */
  readonly queuedPerServer?: number | undefined
  /** Average response time in milliseconds; undefined if it does not count. */
  readonly responseMs?: number | undefined
  /** Part of a target by which the load may differ from it without a change, such as 0.2. */
  readonly tolerance: number
}

/** Wanted size of one pool, and the limits of its changes. */
export interface PoolTarget {
  /** Name of the pool. */
  readonly name: string
  /** Fewest servers that the pool is shrunk to. */
  readonly minimum: number
  /** Most servers that the pool is grown to. */
  readonly maximum: number
  /** A fixed size between the bounds, or the load that the size follows. */
  readonly size: number | LoadTarget
  /** Time in milliseconds that a load has to be too high, and between two growths. */
  readonly growAfterMs: number
  /** Time in milliseconds that a load has to be too low, and since the last change of the size. */
  readonly shrinkAfterMs: number
  /** Time in milliseconds that HAProxy's check of a living member has to fail until it is hung. */
  readonly hungAfterMs: number
  /** Time in milliseconds from the loss of a member until it is replaced. */
  readonly lostAfterMs: number
  /** Time in milliseconds in which a started node has to be healthy. */
  readonly startTimeoutMs: number
  /** Time in milliseconds in which a stopped node has to leave. */
  readonly stopTimeoutMs: number
  /** Time in milliseconds that a started node has to stay healthy, so that its start is a success. */
  readonly settledAfterMs: number
  /** Starts and stops that may run at the same time. */
  readonly maximumInFlight: number
  /** Starts within one hour; a further one waits. */
  readonly startsPerHour: number
  /** Pause in milliseconds after the first failure; each further failure doubles it. */
  readonly backOffMs: number
  /** Longest pause in milliseconds after a failure. */
  readonly longestBackOffMs: number
}
