import { table, type Cell, type Terminal } from 'command-line-program'
import { printableName, printableText } from '../printable-name.js'
import { withoutSecrets } from '../redaction/known-secrets.js'

/**
 * Aligns rows in columns. Cells may hold text of members: each is made printable,
 * without secrets. The last column holds sentences and may be longer.
 */
export function printableTable(rows: readonly (readonly Cell[])[], terminal?: Terminal): string {
  const printable = rows.map(row => [
    ...row.slice(0, -1).map(cell => withText(cell, printableName)),
    ...row.slice(-1).map(cell => withText(cell, text => printableText(text))),
  ])
  return table(printable, terminal)
}

function withText(cell: Cell, change: (text: string) => string): Cell {
  const shown = (text: string) => change(withoutSecrets(text))
  return typeof cell === 'string' ? shown(cell) : { ...cell, text: shown(cell.text) }
}
