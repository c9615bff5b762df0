/** The size of batches: a batch occupies one of HAProxy's threads while traffic waits. */
export interface BatchPace {
  /** Returns how many of the next commands fit in one batch, at least one; `costs` are in milliseconds. */
  take(costs: readonly number[], from: number): number
  /** Adjusts the costs by the duration of a batch. */
  learn(estimatedMs: number, tookMs: number): void
}

/** Time to connect, send and get the first byte of the reply, in milliseconds. */
const roundTripMs = 0.3
/** Bounds of a machine's slowness, relative to the one on which the costs were measured. */
const slowest = 20
const fastest = 0.2

/** Creates a pace that occupies a thread for about `budgetMs` at a time, on any machine. */
export function createBatchPace(budgetMs = 5): BatchPace {
  let slowness = 1
  return {
    take(costs, from) {
      let total = 0
      let count = 0
      while (from + count < costs.length) {
        total += (costs[from + count] ?? 0) * slowness
        if (total > budgetMs && count > 0) break
        count++
      }
      return count
    },
    learn(estimatedMs, tookMs) {
      const measured = Math.min(Math.max(tookMs / (roundTripMs + estimatedMs), fastest), slowest)
      // A slow batch counts at once; faster ones have to repeat.
      slowness = measured > slowness ? measured : slowness * 0.7 + measured * 0.3
    },
  }
}
