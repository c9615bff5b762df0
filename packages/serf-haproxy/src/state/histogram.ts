/** Counts of durations in buckets, as plain data. */
export interface HistogramState {
  /** Cumulative buckets: each counts durations of at most `le` milliseconds. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[]
  /** Number of durations, those above the last bucket included. */
  readonly count: number
  /** Sum of all durations, in milliseconds. */
  readonly sum: number
}

/** Upper bounds in milliseconds: narrow for changes at run time, wide for reloads. */
const bounds = [0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 25, 50, 100, 250, 500, 1000, 2500, 5000]

/** A histogram without durations. */
export const emptyHistogram: HistogramState = {
  buckets: bounds.map(le => ({ le, count: 0 })),
  count: 0,
  sum: 0,
}

/** Returns the histogram with one more duration. */
export function observed(histogram: HistogramState, ms: number): HistogramState {
  return {
    buckets: histogram.buckets.map(({ le, count }) => ({ le, count: count + (ms <= le ? 1 : 0) })),
    count: histogram.count + 1,
    sum: histogram.sum + ms,
  }
}
