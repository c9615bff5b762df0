/** The two clocks. The wall clock may jump, so durations use the monotonic one. */
export interface Clock {
  /** Milliseconds of a monotonic clock, such as `performance.now()`. */
  now(): number
  /** Milliseconds since the epoch, for display and for files. */
  wallTime(): number
}

/** The clocks of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
}
