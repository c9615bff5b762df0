/** The two times there are. The wall clock may jump; durations are never taken from it. */
export interface Clock {
  /** Milliseconds that only ever grow, as `performance.now()` tells them. */
  now(): number
  /** Milliseconds since the epoch, for people and for files. */
  wallTime(): number
}

/** The machine's. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
}
