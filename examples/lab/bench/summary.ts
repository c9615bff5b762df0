/** Summary of a list of figures. */
export interface Summary {
  readonly runs: number
  readonly min: number
  readonly median: number
  readonly worst: number
}

/** Minimum, median and maximum, rounded to tenths. */
export function summary(figures: readonly number[]): Summary {
  const sorted = figures.toSorted((a, b) => a - b)
  const at = (index: number) => Math.round((sorted[index] ?? Number.NaN) * 10) / 10
  return {
    runs: sorted.length,
    min: at(0),
    median: at(Math.floor(sorted.length / 2)),
    worst: at(sorted.length - 1),
  }
}
