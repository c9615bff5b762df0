/** Middle and limits of some values, with their count. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly count: number
}

/** Returns the spread of some values; of none, a spread of NaN. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  const high = sorted[Math.floor(middle)] ?? Number.NaN
  return {
    median: (low + high) / 2,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
    count: sorted.length,
  }
}

/** Returns a spread of times as words, as in `148 ms (120–190 ms, n = 3)`. */
export function timesText(milliseconds: readonly number[]): string {
  const { median, least, most, count } = spreadOf(milliseconds)
  if (count === 0) return '–'
  const [middle, from, to] = [median, least, most].map(value =>
    Math.round(value).toLocaleString('en'),
  )
  return count === 1 ? `${middle} ms (n = 1)` : `${middle} ms (${from}–${to} ms, n = ${count})`
}
