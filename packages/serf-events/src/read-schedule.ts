/** Times of the last read and of the notices since then; milliseconds of one clock. */
export interface PendingNotices {
  /** Start of the last read; minus infinity before the first. */
  readonly lastReadAt: number
  /** First notice that no read has answered yet. */
  readonly firstNoticeAt: number
  /** Newest notice that no read has answered yet. */
  readonly lastNoticeAt: number
}

/** Limits for collecting a burst of notices, in milliseconds. */
export interface ReadTiming {
  /** Quiet period that ends a burst of changes. */
  readonly quietMs: number
  /** Longest delay of a read while the burst continues. */
  readonly maxWaitMs: number
}

/**
 * Returns the time of the next read. Pure: time comes in as numbers.
 *
 * ```
 * notices   |            | | | |                 | | | | | | | | | | |
 * reads     ^ at once    ^       ^ quietMs after   ^      ^ maxWaitMs after the first
 * ```
 *
 * The first notice after a quiet period is answered at once. Later notices are
 * collected until they pause for `quietMs`, but no longer than `maxWaitMs`.
 */
export function nextReadAt(pending: PendingNotices, timing: ReadTiming): number {
  const followsQuietPeriod = pending.firstNoticeAt - pending.lastReadAt >= timing.quietMs
  if (followsQuietPeriod) return pending.firstNoticeAt
  return Math.min(pending.lastNoticeAt + timing.quietMs, pending.firstNoticeAt + timing.maxWaitMs)
}
