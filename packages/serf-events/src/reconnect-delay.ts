const firstDelayMs = 100
const longestDelayMs = 5000

/**
 * How long to wait before a further attempt to reach the agent: doubling from
 * 100 ms to 5 s, and spread over the upper half of that so that many watchers
 * of one agent do not return together.
 *
 * @param attempt - 0 for the first
 * @param random - between 0 and 1
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const delayMs = Math.min(firstDelayMs * 2 ** attempt, longestDelayMs)
  return delayMs / 2 + (delayMs / 2) * random
}
