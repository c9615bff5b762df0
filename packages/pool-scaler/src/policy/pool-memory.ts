/** A name, and the time since which something is true of it, in milliseconds since the epoch. */
export interface Since {
  /** Name of a member. */
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** A start that was ordered. It is in flight until its member is healthy. */
export interface OrderedStart {
  /** Time of the order, in milliseconds since the epoch. */
  readonly at: number
  /** The member that appeared after it; undefined before. */
  readonly member?: string | undefined
  /** Time at which the member was healthy for the first time, in milliseconds since the epoch. */
  readonly healthyAt?: number | undefined
}

/** State of one pool between two rounds, as plain JSON data. */
export interface PoolMemory {
  /** Size that the last round wanted; undefined before the first. */
  readonly wanted?: number | undefined
  /** Names of the members that the last round saw. */
  readonly present: readonly string[]
  /** Members that HAProxy's check fails. */
  readonly unhealthy: readonly Since[]
  /** Members that were in the pool and are not, and that have no replacement. */
  readonly lost: readonly Since[]
  /** Start of the load that is too high, in milliseconds since the epoch. */
  readonly highSince?: number | undefined
  /** Start of the load that is too low, in milliseconds since the epoch. */
  readonly lowSince?: number | undefined
  /** Start of a size above the wanted one, in milliseconds since the epoch. */
  readonly surplusSince?: number | undefined
  /** Last change of the size by load, in milliseconds since the epoch. */
  readonly changedAt?: number | undefined
  /** Last shrink by load, in milliseconds since the epoch. */
  readonly shrunkAt?: number | undefined
  /** Factor of the wait before a shrink; each shrink that had to be undone doubles it. */
  readonly shrinkWaitFactor: number
  /** Starts that are in flight, or whose member has not settled. */
  readonly starts: readonly OrderedStart[]
  /** Stops that are in flight. */
  readonly stops: readonly Since[]
  /** Times of the starts of the last hour, in milliseconds since the epoch. */
  readonly startTimes: readonly number[]
  /** Failures in sequence. */
  readonly failures: number
  /** End of the pause after the last failure, in milliseconds since the epoch. */
  readonly pausedUntil: number
}

/** The memory before the first round. */
export const noMemory: PoolMemory = {
  present: [],
  unhealthy: [],
  lost: [],
  shrinkWaitFactor: 1,
  starts: [],
  stops: [],
  startTimes: [],
  failures: 0,
  pausedUntil: 0,
}

/**
 * Returns the memory after a round in doubt: all times start again, because
 * nothing is known of the time in between.
 */
export function afterDoubt(memory: PoolMemory, now: number): PoolMemory {
  return {
    ...memory,
    unhealthy: [],
    lost: memory.lost.map(({ name }) => ({ name, since: now })),
    highSince: undefined,
    lowSince: undefined,
    surplusSince: undefined,
  }
}
