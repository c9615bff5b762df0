import type { Clock } from '../src/clock.js'

/** A fake clock: both of its times move only when a test moves them. */
export function fakeClock(start = 0): Clock & { pass(ms: number): void } {
  let ms = start
  return { now: () => ms, wallTime: () => 1_700_000_000_000 + ms, pass: more => void (ms += more) }
}
