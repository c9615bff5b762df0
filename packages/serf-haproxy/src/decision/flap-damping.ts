/** How restless a member has been: each time that it stops serving counts one, and counts fade. */
export interface FlapState {
  /** The faded count, at `at`. */
  readonly penalty: number
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  /** Whether it is kept from serving until it has calmed down. */
  readonly isDamped: boolean
  /** Whether it would serve but for the damping. */
  readonly isWilling: boolean
}

/** With more than how many recent flaps a member is damped, and how soon they are forgotten. */
export interface DampingLimits {
  readonly flaps: number
  readonly halfLifeMs: number
}

/** A member that nothing is known of. */
export const noFlaps: FlapState = { penalty: 0, at: 0, isDamped: false, isWilling: false }

/** A member that flaps on for hours calms down as soon as one that has just begun. */
const mostPenalty = 2

/**
 * The flapState after one more look at a member. Pure.
 *
 * | it would serve | it did  | faded penalty        | then it is            |
 * |----------------|---------|----------------------|-----------------------|
 * | no             | yes     | one more             | damped above `flaps`  |
 * | any            | any     | below half of `flaps` | not damped any more   |
 */
export function updateFlapState(
  before: FlapState,
  isWilling: boolean,
  { flaps, halfLifeMs }: DampingLimits,
  now: number,
): FlapState {
  // Nothing to fade and no news: the same again, so that nobody writes it down again.
  if (before.penalty === 0 && before.isWilling === isWilling) return before
  const hasFlapped = before.isWilling && !isWilling
  const faded = before.penalty * 0.5 ** ((now - before.at) / halfLifeMs)
  const penalty = Math.min(faded + (hasFlapped ? 1 : 0), flaps * mostPenalty)
  const isDamped = penalty > flaps || (before.isDamped && penalty >= flaps / 2)
  return { penalty, at: now, isDamped, isWilling }
}
