/** The recent flaps of a member. Each time that it stops serving counts one, and counts decay. */
export interface FlapState {
  /** The decayed count, at `at`. */
  readonly penalty: number
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  /** Set until the penalty has decayed: the member must not serve. */
  readonly isDamped: boolean
  /** Set if the member would serve without the damping. */
  readonly wantsTraffic: boolean
}

/** Limits of the damping. */
export interface DampingLimits {
  /** Recent flaps above which a member is damped. */
  readonly flaps: number
  /** Time in which half of them are forgotten. */
  readonly halfLifeMs: number
}

/** The state of a member without any history. */
export const noFlaps: FlapState = { penalty: 0, at: 0, isDamped: false, wantsTraffic: false }

/**
 * Largest penalty, as a multiple of the limit. A member that has flapped for hours
 * is let back as soon as one that has just begun.
 */
const maxPenaltyFactor = 2

/** Penalty below which nothing is left of earlier flaps: the state then does not change with time. */
const smallestPenalty = 0.01

/**
 * Updates the flap state after one more evaluation of a member. Pure.
 *
 * | wants traffic now | wanted traffic before | penalty              | result               |
 * |-------------------|-----------------------|----------------------|----------------------|
 * | no                | yes                   | one more             | damped above `flaps` |
 * | any               | any                   | below half of `flaps` | not damped any more |
 */
export function updateFlapState(
  before: FlapState,
  wantsTraffic: boolean,
  { flaps, halfLifeMs }: DampingLimits,
  now: number,
): FlapState {
  // The same object, if nothing decays and nothing changed: the memory is then not written again.
  if (before.penalty === 0 && before.wantsTraffic === wantsTraffic) return before
  const hasFlapped = before.wantsTraffic && !wantsTraffic
  const decayed = before.penalty * 0.5 ** ((now - before.at) / halfLifeMs)
  const added = hasFlapped ? 1 : 0
  const rest = decayed < smallestPenalty ? 0 : decayed
  const penalty = Math.min(rest + added, flaps * maxPenaltyFactor)
  const isDamped = penalty > flaps || (before.isDamped && penalty >= flaps / 2)
  return { penalty, at: now, isDamped, wantsTraffic }
}
