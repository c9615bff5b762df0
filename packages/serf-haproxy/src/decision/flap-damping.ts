/**
 * The recent flaps of a member. Each time that it stops serving counts one, and
 * counts decay. The state stays the same object while it only decays.
 */
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
  /** Time in which half of them are forgotten, in milliseconds. */
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

/** Penalty up to which a member that is gone is not remembered for its flaps. */
const forgottenPenalty = 0.1

/** Returns what is left of the penalty of a state at the time `now`. */
export function penaltyAt({ penalty, at }: FlapState, { halfLifeMs }: DampingLimits, now: number) {
  return penalty * 0.5 ** ((now - at) / halfLifeMs)
}

/** Returns whether the flaps of a member that is gone count at the time `now`. */
export function hasFlapped(state: FlapState, limits: DampingLimits, now: number): boolean {
  return penaltyAt(state, limits, now) > forgottenPenalty
}

/**
 * Returns the time at which the decay alone next changes a state that is not
 * damped, or whether it is remembered; infinity if it never does. The time may be
 * a moment early.
 */
export function nextDecayAt(state: FlapState, limits: DampingLimits, now: number): number {
  if (state.penalty === 0) return Infinity
  const next = hasFlapped(state, limits, now) ? forgottenPenalty : smallestPenalty
  // Rounding must not make it late.
  return state.at + limits.halfLifeMs * Math.log2(state.penalty / next) - 1
}

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
  limits: DampingLimits,
  now: number,
): FlapState {
  const { flaps } = limits
  const decayed = penaltyAt(before, limits, now)
  const added = before.wantsTraffic && !wantsTraffic ? 1 : 0
  const rest = decayed < smallestPenalty ? 0 : decayed
  const penalty = Math.min(rest + added, flaps * maxPenaltyFactor)
  const isDamped = penalty > flaps || (before.isDamped && penalty >= flaps / 2)
  const isSame = before.wantsTraffic === wantsTraffic && before.isDamped === isDamped
  // The decay follows from the time: the memory is not written again for it.
  const onlyDecays = penalty === rest && (rest > 0 || before.penalty === 0)
  return isSame && onlyDecays ? before : { penalty, at: now, isDamped, wantsTraffic }
}
