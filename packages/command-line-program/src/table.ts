import { coloured, type State } from './coloured.js'
import { displayWidth } from './display-width.js'
import { shortened, wrapped } from './fitted-text.js'
import { fittedWidths } from './fitted-widths.js'
import type { Terminal } from './terminal.js'

/** A cell of a table: a text without control characters, with the state that its colour shows. */
export type Cell = string | { readonly text: string; readonly state: State | undefined }

const gap = 2

/**
 * Aligns rows in columns. On a terminal the table fits its width: the last column
 * is wrapped, and cells of the others are shortened if the last one has no room.
 *
 * @param terminal - by default there are no colours and the width has no limit
 *
 * @example
 * ```ts
 * import { table } from 'command-line-program'
 *
 * table([['name', 'state'], ['s1', { text: 'up', state: 'good' }]]) // => 'name  state\ns1    up'
 * ```
 */
export function table(
  rows: readonly (readonly Cell[])[],
  { width, isColoured }: Terminal = { width: undefined, isColoured: false },
): string {
  const natural = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map(row => displayWidth(textOf(row[column])))),
  )
  const widths = width === undefined ? natural : fittedWidths(natural, { width, gap })
  const paint = (cell: Cell | undefined, text: string) =>
    typeof cell === 'object' && cell.state ? coloured(text, cell.state, isColoured) : text
  return rows
    .flatMap(row => {
      const before = row.slice(0, -1).map((cell, column) => {
        const columns = widths[column] ?? 0
        const text = shortened(textOf(cell), columns)
        return paint(cell, text) + ' '.repeat(columns - displayWidth(text) + gap)
      })
      const indent = widths.slice(0, -1).reduce((sum, columns) => sum + columns + gap, 0)
      return wrapped(textOf(row.at(-1)), widths.at(-1) ?? 0).map((text, line) => {
        const start = line === 0 ? before.join('') : ' '.repeat(indent)
        return (start + paint(row.at(-1), text)).trimEnd()
      })
    })
    .join('\n')
}

function textOf(cell: Cell | undefined = ''): string {
  return typeof cell === 'string' ? cell : cell.text
}
