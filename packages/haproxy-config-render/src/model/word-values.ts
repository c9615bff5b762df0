import { timeMs as parsedTimeMs } from 'haproxy-config-text/effective'

/** A kind of values that a word of a server line takes. */
export interface ValueKind {
  /** The valid values, in words. */
  readonly wanted: string
  isValue(text: string): boolean
}

/** Whole numbers of a range. */
export function numberFrom(least: number, most: number): ValueKind {
  return {
    wanted: `a number from ${least} to ${most}`,
    isValue: text => /^-?\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most,
  }
}

/** Some words. */
export function oneOf(...values: readonly string[]): ValueKind {
  return { wanted: values.join(' or '), isValue: text => values.includes(text) }
}

/** HAProxy's longest time; it refuses longer ones. */
const longestMs = 2_147_483_647

/** Times of HAProxy of a range, in milliseconds. */
export function timeFrom(leastMs: number, mostMs = longestMs): ValueKind {
  const range = mostMs === longestMs ? '' : ` from ${leastMs}ms to ${mostMs}ms`
  return {
    wanted: `a time${range} such as 500ms, 2s or 1m`,
    isValue: text => timeMs(text) >= leastMs && timeMs(text) <= mostMs,
  }
}

/** Returns a time of HAProxy in whole milliseconds, at least 1; Infinity if it is none, which HAProxy refuses. */
export function timeMs(time = ''): number {
  return Math.max(1, parsedTimeMs(time) ?? Infinity)
}

/** Visible ASCII, and spaces inside; `$` begins an environment variable. */
const printable = /^(?! )[ -#%-~]{1,255}(?<! )$/

/** Any text that is one word in HAProxy's file, and on its Runtime API. */
export const anyText: ValueKind = {
  wanted: 'a text of at most 255 visible ASCII characters, without $',
  isValue: text => printable.test(text),
}

/** Returns a word as a configuration line spells it; the Runtime API reads the same. */
export function escapedWord(word: string): string {
  return word.replaceAll(/[\\ #'"]/g, String.raw`\$&`)
}
