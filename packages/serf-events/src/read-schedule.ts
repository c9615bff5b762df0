/** Limits for collecting a burst of notices, in milliseconds. */
export interface ReadTiming {
  /** Quiet period that ends a burst of changes. @defaultValue 10 ms */
  readonly quietMs: number
  /** Longest delay of a read while the burst continues. @defaultValue 50 ms */
  readonly maxWaitMs: number
}

/** Notices that no read has answered yet; times in milliseconds of one clock. */
export interface PendingNotices {
  /** Members that the notices ask for, doubts apart. */
  readonly wanted: 'none' | 'named' | 'all'
  readonly firstNoticeAt: number
  readonly lastNoticeAt: number
  /** Time of the first doubt; infinity without one. */
  readonly doubtAt: number
}

/** Reads so far; times in milliseconds of one clock. */
export interface PastReads {
  /** Start of the last read; minus infinity before the first. */
  readonly startedAt: number
  readonly endedAt: number
  /** Start of the last whole read that answered a doubt. */
  readonly doubtAnsweredAt: number
  /** Number of members that are known. */
  readonly size: number
}

/** Time of the next read, and the members that it asks for. */
export interface NextRead {
  readonly at: number
  readonly members: 'named' | 'all'
}

/** Interval between two regular reads for each member: 0.1 % of a processor, if a member costs 20 µs. */
const resyncMsPerMember = 20

/** Longest interval between two regular reads, unless `resyncMs` is longer. */
const maxResyncMs = 600_000

/** Interval between two reads because of a doubt, for each member: 2 % of a processor. */
const doubtMsPerMember = 0.5

/**
 * Returns the next read; undefined if there is no notice. Pure: time comes in
 * as numbers.
 *
 * - Few names are read at once. While a read runs, and for as long again but at
 *   most `quietMs`, further names are collected: a burst has few calls.
 * - A whole read for a change is due at once if no read began for `quietMs`.
 *   Else it waits until the notices pause for `quietMs`, but at most `maxWaitMs`
 *   after the first notice. It also waits for as long as the last read took, but
 *   at most `maxWaitMs`.
 * - A doubt causes a whole read at once, then at an interval that follows the
 *   number of members: nothing that a member does causes whole reads in a row.
 */
export function nextRead(
  pending: PendingNotices,
  past: PastReads,
  timing: ReadTiming,
): NextRead | undefined {
  const doubtIntervalMs = Math.max(timing.maxWaitMs, past.size * doubtMsPerMember)
  const doubt = Math.max(pending.doubtAt, past.doubtAnsweredAt + doubtIntervalMs)
  const wanted = wantedAt(pending, past, timing)
  const at = Math.min(doubt, wanted)
  if (at === Infinity) return undefined
  return { at, members: doubt <= wanted || pending.wanted === 'all' ? 'all' : 'named' }
}

/**
 * Returns the interval between two regular reads of this many members, in
 * milliseconds: `resyncMs` or, if that is more, 20 ms for each member up to 10
 * minutes.
 */
export function resyncIntervalMs(size: number, resyncMs: number): number {
  return Math.max(resyncMs, Math.min(size * resyncMsPerMember, maxResyncMs))
}

function wantedAt(
  { wanted, firstNoticeAt, lastNoticeAt }: PendingNotices,
  { startedAt, endedAt }: PastReads,
  { quietMs, maxWaitMs }: ReadTiming,
): number {
  if (wanted === 'none') return Infinity
  if (startedAt === -Infinity) return firstNoticeAt
  const isWhole = wanted === 'all'
  const pauseMs = Math.min(endedAt - startedAt, isWhole ? maxWaitMs : quietMs)
  const earliest = Math.max(firstNoticeAt, endedAt + pauseMs)
  if (!isWhole || firstNoticeAt - startedAt >= quietMs) return earliest
  return Math.max(earliest, Math.min(lastNoticeAt + quietMs, firstNoticeAt + maxWaitMs))
}
