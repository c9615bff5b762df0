import type { DesiredFile } from '../plan/desired-file.js'

/**
 * Longest line of a list that is set and compared at run time, in characters.
 * HAProxy divides a line that does not fit into its buffer, of 16 kB by default,
 * when it reads the file, and refuses it in a command.
 */
const longestLine = 4000

/** Returns whether a running HAProxy can be given the content of a file: a list without longer lines. */
export function isSetAtRuntime({ use, text }: DesiredFile): boolean {
  if (use === 'reload') return false
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    if (end - start > longestLine) return false
    start = end + 1
  }
  return true
}
