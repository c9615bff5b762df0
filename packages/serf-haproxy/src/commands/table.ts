import { printableName, printableText } from '../printable-name.js'
import { displayWidth } from './display-width.js'

/**
 * Aligns rows in columns for a terminal. Cells may hold text of members: each
 * is made printable. The last column holds sentences and may be longer.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map(row => [
    ...row.slice(0, -1).map(printableName),
    ...row.slice(-1).map(cell => printableText(cell)),
  ])
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map(row => displayWidth(row[column] ?? ''))),
  )
  return cells
    .map(row =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Formats a time as date and time of day in UTC, in milliseconds, with its `Z`. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace('T', ' ')
}
