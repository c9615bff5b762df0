import { SerfError } from '../serf-error.js'
import { shown } from './wire-value.js'

/** The longest time that a timer of Node.js can wait, some 24 days; it takes longer ones for 1 ms. */
const longestMs = 2 ** 31 - 1

/** A timeout as a timer takes it. @throws SerfError `invalid-argument` for what is no time. */
export function timerMs(timeoutMs: number): number {
  if (timeoutMs > 0) return Math.min(timeoutMs, longestMs)
  throw unfit('timeoutMs', timeoutMs, 'milliseconds above 0')
}

/** A size of at least 1. @throws SerfError `invalid-argument` for what is none. */
export function atLeastOne(what: string, size: number): number {
  if (size >= 1) return Math.floor(size)
  throw unfit(what, size, 'a number from 1 up')
}

function unfit(what: string, found: number, wanted: string): SerfError {
  return new SerfError(
    'invalid-argument',
    `${what} cannot be so: found ${shown(found)}, wanted ${wanted}`,
  )
}
