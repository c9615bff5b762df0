/** One measured figure, with its goal. */
export interface Figure {
  /** HAProxy release; undefined for a figure without HAProxy. */
  readonly release: string | undefined
  readonly members: number
  readonly title: string
  readonly value: number
  readonly unit: string
  /** Largest value that meets the goal; undefined for a figure without a goal. */
  readonly goal: number | undefined
  /** Other values of the same run, in words. */
  readonly comparison: string
}

/** Describes whether a figure meets its goal. */
function verdict({ value, goal }: Pick<Figure, 'value' | 'goal'>): string {
  if (goal === undefined) return ''
  return value <= goal ? 'met' : 'falls short'
}

/** Returns the value that this share of all values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const at = Math.max(0, Math.ceil(share * values.length) - 1)
  return values.toSorted((a, b) => a - b)[at] ?? Number.NaN
}

/** Formats a value with about three significant digits. */
export function digits(value: number): string {
  return value.toFixed(value < 1 ? 2 : value < 100 ? 1 : 0)
}

/** Formats figures as a table. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ['HAProxy', 'members', 'figure', 'measured', 'goal', '', 'in the same run'],
    ...figures.map(figure => [
      figure.release ?? '',
      String(figure.members),
      figure.title,
      `${digits(figure.value)} ${figure.unit}`,
      figure.goal === undefined ? '' : `<= ${digits(figure.goal)} ${figure.unit}`,
      verdict(figure),
      figure.comparison,
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths?.[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${rows.map(line).join('\n')}\n`
}
