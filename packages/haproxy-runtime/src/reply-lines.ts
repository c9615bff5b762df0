import { HaproxyError, unreadableReply } from './haproxy-error.js'

/** Most rows of a reply: servers, sessions or statistics. A row takes up to 1 kB of memory. */
export const maxRows = 250_000

/** Longest header of a table, in characters; that of `show stat` has some 1,500. */
const maxHeader = 16_384

/**
 * Splits a reply into at most `most` lines, so that a reply of empty lines does
 * not grow when it is parsed.
 *
 * @throws HaproxyError `reply-too-large` for more lines.
 */
export function linesOf(command: string, reply: string, most = maxRows): string[] {
  // The header, and two empty ones at the end.
  const lines = reply.split('\n', most + 4)
  if (lines.length <= most + 3) return lines
  throw new HaproxyError(
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
