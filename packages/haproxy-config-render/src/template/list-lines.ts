import type { Layout } from '../output/assemble-output.js'
import { RenderError } from '../render-error.js'

/**
 * Most bytes of a line of a list. HAProxy reads a longer one than its buffer (16,384
 * bytes by default) as two entries; a command that adds it has the same limit.
 */
const mostBytes = 4000

/**
 * Refuses a list with a line that HAProxy could read as two entries.
 *
 * @throws RenderError `unsafe-value`, with the line of the template.
 */
export function refuseLongLines(layout: Layout): void {
  for (const part of layout) {
    if (part.kind !== 'printed') continue
    for (const [i, line] of part.text.split('\n').entries()) {
      const bytes = line.length > mostBytes / 3 ? Buffer.byteLength(line) : 0
      if (bytes <= mostBytes) continue
      const { template: file = '', templateLine = 1 } = part.origins[i] ?? {}
      throw new RenderError('unsafe-value', 'A line of the list is too long for HAProxy', {
        place: { file, line: templateLine, column: 1 },
        got: `${bytes} bytes`,
        expected: `at most ${mostBytes}`,
      })
    }
  }
}
