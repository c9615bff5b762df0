import type { HistogramState } from '../state/histogram.js'

/**
 * The duration that a share of all stays below, in milliseconds, as near as
 * the buckets tell: in the bucket where it lies, even spread is assumed.
 */
export function quantile({ buckets, count }: HistogramState, share: number): number {
  const wanted = share * count
  let below = { le: 0, count: 0 }
  for (const bucket of buckets) {
    if (bucket.count >= wanted && bucket.count > below.count) {
      const part = (wanted - below.count) / (bucket.count - below.count)
      return below.le + part * (bucket.le - below.le)
    }
    below = bucket
  }
  return below.le
}
