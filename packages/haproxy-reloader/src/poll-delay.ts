/**
 * Returns how long to wait before the next check whether a draining server is
 * idle: 5 ms at first, doubled each time up to 250 ms.
 *
 * @param attempt - 0 for the first check
 */
export function pollDelayMs(attempt: number): number {
  return Math.min(5 * 2 ** attempt, 250)
}
