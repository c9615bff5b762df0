import type { HistogramState } from '../state/histogram.js'

/**
 * Returns a quantile in milliseconds, such as 0.99 for the 99th percentile.
 * Interpolates linearly within a bucket. Above the last bucket, returns its bound.
 */
export function quantile({ buckets, count }: HistogramState, share: number): number {
  const rank = share * count
  let below = { le: 0, count: 0 }
  for (const bucket of buckets) {
    if (bucket.count >= rank && bucket.count > below.count) {
      const part = (rank - below.count) / (bucket.count - below.count)
      return below.le + part * (bucket.le - below.le)
    }
    below = bucket
  }
  return below.le
}
