import { printableName } from '../printable-name.js'

/**
 * Columns for a terminal. Names come from gossip: each cell is made printable,
 * and none is longer than it may be.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map(row => row.map(printableName))
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map(row => row[column]?.length ?? 0)),
  )
  return cells
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A moment, for people. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '')
}

/** Text from elsewhere, on one line and without anything that moves the cursor. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ').slice(0, 300)
}
