import { SerfError } from '../serf-error.js'
import { describeValue } from './wire-value.js'

/** Longest delay of a Node.js timer, about 24 days; a longer delay becomes 1 ms. */
const maxTimerMs = 2 ** 31 - 1

/** Returns a timeout that a timer accepts. @throws SerfError `invalid-argument` for an invalid time. */
export function timerMs(timeoutMs: number): number {
  if (timeoutMs > 0) return Math.min(timeoutMs, maxTimerMs)
  throw invalidLimit('timeoutMs', 'milliseconds above 0', timeoutMs)
}

/** Returns a size of at least 1. @throws SerfError `invalid-argument` for an invalid size. */
export function atLeastOne(name: string, size: number): number {
  if (size >= 1) return Math.floor(size)
  throw invalidLimit(name, 'a number of 1 or more', size)
}

function invalidLimit(name: string, expected: string, value: number): SerfError {
  return new SerfError(
    'invalid-argument',
    `Invalid ${name}: expected ${expected}, got ${describeValue(value)}`,
  )
}
