/**
 * How long to wait before looking again whether a draining server is idle:
 * doubling from 5 ms to 250 ms.
 *
 * @param attempt - 0 for the first look
 */
export function settleDelayMs(attempt: number): number {
  return Math.min(5 * 2 ** attempt, 250)
}
