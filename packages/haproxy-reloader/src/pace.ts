/** The pace of an action that repeats, from its own duration. */
export interface Pace {
  /** Pause after the action, as a multiple of its duration. */
  readonly factor: number
  /** Shortest pause, in milliseconds. */
  readonly floorMs: number
  /** Longest time from a request to the next start, in milliseconds; it wins over the pause. */
  readonly boundMs: number
}

/** The last run of an action, in milliseconds of a monotonic clock. */
export interface LastRun {
  /** End of the run, in milliseconds of the clock. */
  readonly endedAt: number
  /** Duration in milliseconds, with the time that the disk or a peer needed. */
  readonly tookMs: number
}

/**
 * Returns the time at which an action may start again, in milliseconds of the
 * clock of `requestedAt`. An action without a last run may start at once.
 *
 * @example
 * ```ts
 * import { nextStartAt } from 'haproxy-reloader/files'
 *
 * const pace = { factor: 10, floorMs: 100, boundMs: 1000 }
 * nextStartAt(pace, { endedAt: 5000, tookMs: 30 }, 5010) // => 5300
 * nextStartAt(pace, undefined, 5010) // => 5010
 * ```
 */
export function nextStartAt(
  { factor, floorMs, boundMs }: Pace,
  last: LastRun | undefined,
  requestedAt: number,
): number {
  if (!last) return requestedAt
  const rested = last.endedAt + Math.max(floorMs, factor * last.tookMs)
  return Math.max(requestedAt, Math.min(rested, requestedAt + boundMs))
}
