/** How much is sent to HAProxy at a time: a batch holds one of its threads while traffic waits. */
export interface BatchPace {
  /** How many of the next commands fit in one batch, at least one; `prices` in milliseconds. */
  take(prices: readonly number[], from: number): number
  /** Corrects the prices by what a batch took. */
  learn(estimatedMs: number, tookMs: number): void
}

/** Connecting, sending and the first byte of the answer, in milliseconds. */
const roundTripMs = 0.3
/** How far a machine may be from the one that the prices were taken on. */
const slowest = 20
const fastest = 0.2

/** A pace that holds a thread for some `budgetMs` at a time, whatever the machine. */
export function batchPace(budgetMs = 5): BatchPace {
  let slowness = 1
  return {
    take(prices, from) {
      let total = 0
      let count = 0
      while (from + count < prices.length) {
        total += (prices[from + count] ?? 0) * slowness
        if (total > budgetMs && count > 0) break
        count++
      }
      return count
    },
    learn(estimatedMs, tookMs) {
      const seen = Math.min(Math.max(tookMs / (roundTripMs + estimatedMs), fastest), slowest)
      // Bad news counts at once; good news has to last.
      slowness = seen > slowness ? seen : slowness * 0.7 + seen * 0.3
    },
  }
}
