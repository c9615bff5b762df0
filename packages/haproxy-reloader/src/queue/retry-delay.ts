import type { Outcome } from '../plan/outcome.js'

/** First and longest delay, in milliseconds. */
const delays: Readonly<Partial<Record<Outcome['kind'], readonly [number, number]>>> = {
  // HAProxy is away, and will be back.
  deferred: [100, 5000],
  // Longer than a refusal is remembered: a port may come free, a certificate arrive.
  rejected: [31_000, 600_000],
  'rolled-back': [31_000, 600_000],
}

/**
 * How long to wait before trying again by oneself what ended like this:
 * doubling each time. Undefined where there is nothing to try again.
 *
 * @param attempt - 0 for the first time
 */
export function retryDelayMs(kind: Outcome['kind'], attempt: number): number | undefined {
  const [first, longest] = delays[kind] ?? []
  if (first === undefined || longest === undefined) return undefined
  return Math.min(first * 2 ** attempt, longest)
}

/**
 * How long the next reload has to wait, so that HAProxy has `intervalMs`
 * between two: each leaves an old worker behind.
 *
 * @param lastAt - when the last one ended, in milliseconds of the clock of `now`
 */
export function reloadWaitMs(lastAt: number | undefined, now: number, intervalMs: number): number {
  return lastAt === undefined ? 0 : Math.max(0, lastAt + intervalMs - now)
}
