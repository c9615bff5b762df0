/** Rows of cells as columns for a terminal; a title row is a row like any other. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map(row => row[column]?.length ?? 0)),
  )
  const padded = (cell: string, column: number) => cell.padEnd(widths[column] ?? 0)
  return rows.map(row => row.map(padded).join('  ').trimEnd()).join('\n')
}
