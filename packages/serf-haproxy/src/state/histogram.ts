/** Counts of durations; plain data, and what Prometheus calls a histogram. */
export interface HistogramState {
  /** Each bucket counts what took at most `le` milliseconds, those of the buckets before included. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[]
  /** Durations in all, those above the last bucket included. */
  readonly count: number
  /** All durations together, in milliseconds. */
  readonly sum: number
}

/** Upper bounds in milliseconds: fine where a doorbell's change ends, wide for a reload. */
const bounds = [0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 25, 50, 100, 250, 500, 1000, 2500, 5000]

/** A histogram of nothing. */
export const emptyHistogram: HistogramState = {
  buckets: bounds.map(le => ({ le, count: 0 })),
  count: 0,
  sum: 0,
}

/** The histogram with one duration more. */
export function observed(histogram: HistogramState, ms: number): HistogramState {
  return {
    buckets: histogram.buckets.map(({ le, count }) => ({ le, count: count + (ms <= le ? 1 : 0) })),
    count: histogram.count + 1,
    sum: histogram.sum + ms,
  }
}
