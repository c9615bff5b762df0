import { HaproxyError, unreadableReply } from './haproxy-error.js'

/** Most rows of a reply: servers, sessions or statistics. A row takes up to 1 kB of memory. */
export const maxRows = 250_000

/** Lines of a table that are no rows: the header, and two empty ones at the end. */
const otherLines = 3

/** Longest header of a table, in characters; that of `show stat` has some 1,500. */
const maxHeader = 16_384

/**
 * Splits a reply into at most `most` lines, so that a reply of empty lines does
 * not grow when it is parsed.
 *
 * @throws HaproxyError `reply-too-large` for more lines.
 */
export function linesOf(command: string, reply: string, most = maxRows): string[] {
  const lines = reply.split('\n', most + otherLines + 1)
  if (lines.length <= most + otherLines) return lines
  throw tooManyLines(command, most)
}

/** A line of a reply: the index of its first character, and of its line feed. */
export interface Line {
  readonly start: number
  readonly end: number
}

/**
 * Yields the lines of a reply one by one, without copying them.
 *
 * @throws HaproxyError `reply-too-large` for more than `most` lines.
 */
export function* linesIn(command: string, reply: string, most = maxRows): Generator<Line, void> {
  let start = 0
  for (let count = 1; start <= reply.length; count++) {
    if (count > most + otherLines) throw tooManyLines(command, most)
    const found = reply.indexOf('\n', start)
    const end = found < 0 ? reply.length : found
    yield { start, end }
    start = end + 1
  }
}

function tooManyLines(command: string, most: number): HaproxyError {
  return new HaproxyError(
    'reply-too-large',
    `HAProxy's reply to ${command} has too many lines: expected at most ${most}, got more; ` +
      'ask for less at once',
  )
}

/**
 * Splits a header into the indexes of its columns.
 *
 * @throws HaproxyError `protocol` for a header that is longer than any of HAProxy.
 */
export function columnsOf(
  command: string,
  header: string,
  separator: string,
): ReadonlyMap<string, number> {
  if (header.length > maxHeader) {
    throw unreadableReply(command, header, `a header of at most ${maxHeader} characters`)
  }
  const names = header.replace(/^# /, '').split(separator)
  return new Map(names.map((name, i) => [name, i]))
}
