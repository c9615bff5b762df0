import type { Outcome } from '../plan/outcome.js'

/** First and maximum delay, in milliseconds. */
const delays: Readonly<Partial<Record<Outcome['kind'], readonly [number, number]>>> = {
  // HAProxy is away and will return.
  deferred: [100, 5000],
  // Longer than a rejection is remembered: by then a port may be free, a certificate installed.
  rejected: [31_000, 600_000],
  'rolled-back': [31_000, 600_000],
}

/**
 * Returns the delay before the reloader itself retries after an outcome, doubled
 * each time; undefined if there is nothing to retry.
 *
 * @param attempt - 0 for the first time
 */
export function retryDelayMs(kind: Outcome['kind'], attempt: number): number | undefined {
  const [first, maximum] = delays[kind] ?? []
  if (first === undefined || maximum === undefined) return undefined
  return Math.min(first * 2 ** attempt, maximum)
}

/**
 * Returns how long the next reload has to wait for an interval of `intervalMs`
 * between two reloads, since each leaves an old worker behind.
 *
 * @param lastAt - the end of the last one, in milliseconds of the clock of `now`
 */
export function reloadWaitMs(lastAt: number | undefined, now: number, intervalMs: number): number {
  return lastAt === undefined ? 0 : Math.max(0, lastAt + intervalMs - now)
}
