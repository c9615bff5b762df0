/** When the doorbell rang, and when `members` was read last; milliseconds of one clock. */
export interface Rings {
  /** When the last read began; minus infinity before the first. */
  readonly lastReadAt: number
  /** First ring that no read has answered yet. */
  readonly firstRingAt: number
  /** Newest ring that no read has answered yet. */
  readonly lastRingAt: number
}

/** How long a burst of rings may be gathered, in milliseconds. */
export interface ReadTiming {
  /** After a change, silence for this long ends a burst. */
  readonly quietMs: number
  /** A burst that never falls silent is read after this long at the latest. */
  readonly maxWaitMs: number
}

/**
 * When the next read is due. Pure: time comes in as numbers.
 *
 * ```
 * rings     |            | | | |                 | | | | | | | | | | |
 * reads     ^ at once    ^       ^ quietMs after   ^      ^ maxWaitMs after the first
 * ```
 *
 * The first ring after a silence is read at once; the rings behind it are
 * gathered until they pause for `quietMs`, but never longer than `maxWaitMs`.
 */
export function nextReadAt(rings: Rings, timing: ReadTiming): number {
  const followsSilence = rings.firstRingAt - rings.lastReadAt >= timing.quietMs
  if (followsSilence) return rings.firstRingAt
  return Math.min(rings.lastRingAt + timing.quietMs, rings.firstRingAt + timing.maxWaitMs)
}
