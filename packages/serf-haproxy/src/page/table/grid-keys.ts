/** A cell of a grid. Row -1 is the header. */
export interface Place {
  readonly row: number
  readonly column: number
}

/** Size of a grid. */
export interface GridSize {
  readonly rows: number
  readonly columns: number
  /** Rows that are visible at a time. */
  readonly page: number
}

/** Returns the cell that a key leads to; undefined for a key that does not move. */
export function placeAfter(
  { row, column }: Place,
  { key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>,
  { rows, columns, page }: GridSize,
): Place | undefined {
  const lastRow = rows - 1
  const lastColumn = columns - 1
  const at = (r: number, c: number): Place => ({
    row: Math.max(-1, Math.min(r, lastRow)),
    column: Math.max(0, Math.min(c, lastColumn)),
  })
  switch (key) {
    case 'ArrowUp':
      return at(row - 1, column)
    case 'ArrowDown':
      return at(row + 1, column)
    case 'ArrowLeft':
      return at(row, column - 1)
    case 'ArrowRight':
      return at(row, column + 1)
    case 'PageUp':
      return at(Math.max(0, row - page), column)
    case 'PageDown':
      return at(row + page, column)
    case 'Home':
      return ctrlKey ? at(0, 0) : at(row, 0)
    case 'End':
      return ctrlKey ? at(lastRow, lastColumn) : at(row, lastColumn)
    default:
      return undefined
  }
}
