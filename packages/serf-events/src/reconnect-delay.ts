const firstDelayMs = 100
const maxDelayMs = 5000

/**
 * Returns the delay before the next attempt to connect to the agent. It doubles
 * from 100 ms to 5 s. A random part of up to one half prevents many watchers of
 * one agent from reconnecting at the same time.
 *
 * @param attempt - 0 for the first
 * @param random - between 0 and 1
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const delayMs = Math.min(firstDelayMs * 2 ** attempt, maxDelayMs)
  return delayMs / 2 + (delayMs / 2) * random
}
