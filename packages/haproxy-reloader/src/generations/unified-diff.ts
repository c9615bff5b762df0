import { FILE_HEADERS_ONLY, formatPatch, structuredPatch, type StructuredPatch } from 'diff'

/** Number of unchanged lines around a change. */
const context = 3

/** Beyond this many changed lines the search for the smallest difference would block for too long. */
const maxEditLength = 1000

/**
 * Returns the difference between two texts in the format of `diff -u`; empty
 * if they are equal.
 *
 * @param names - the names of the two texts in the head
 *
 * @example
 * ```ts
 * import { unifiedDiff } from 'haproxy-reloader/files'
 *
 * const diff = unifiedDiff('mode tcp\n', 'mode http\n', ['before', 'after'])
 * diff.split('\n').slice(-3) // => ['-mode tcp', '+mode http', '']
 * ```
 */
export function unifiedDiff(
  before: string,
  after: string,
  [oldName, newName]: readonly [string, string],
): string {
  if (before === after) return ''
  const options = { context, maxEditLength }
  const smallest = structuredPatch(oldName, newName, before, after, undefined, undefined, options)
  const patch = smallest ?? {
    oldFileName: oldName,
    newFileName: newName,
    oldHeader: undefined,
    newHeader: undefined,
    hunks: [replacement(linesOf(before), linesOf(after))],
  }
  return formatPatch(patch, FILE_HEADERS_ONLY)
}

/** Returns one hunk that replaces everything between the first and the last difference. */
function replacement(a: readonly string[], b: readonly string[]): StructuredPatch['hunks'][number] {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start++
  let end = 0
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const first = Math.max(0, start - context)
  const after = Math.min(end, context)
  return {
    oldStart: first + 1,
    oldLines: a.length - end + after - first,
    newStart: first + 1,
    newLines: b.length - end + after - first,
    lines: [
      ...signed(' ', a.slice(first, start)),
      ...signed('-', a.slice(start, a.length - end)),
      ...signed('+', b.slice(start, b.length - end)),
      ...signed(' ', a.slice(a.length - end, a.length - end + after)),
    ],
  }
}

/** Splits a text into lines, each with its line feed. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function signed(sign: string, lines: readonly string[]): string[] {
  return lines.flatMap(line =>
    line.endsWith('\n')
      ? [sign + line.slice(0, -1)]
      : [sign + line, '\\ No newline at end of file'],
  )
}
