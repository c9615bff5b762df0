/** Returns the median and the 95th percentile of times for display, as `4.1 (11.8)`. */
export function quantiles(values: readonly number[], digits: number): string {
  return `${quantile(values, 0.5).toFixed(digits)} (${quantile(values, 0.95).toFixed(digits)})`
}

/** Returns the value below which this share of all values is. */
export function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? Number.NaN
}
