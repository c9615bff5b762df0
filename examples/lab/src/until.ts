import { setTimeout as wait } from 'node:timers/promises'
import { LabError } from './lab-error.js'

/** Timeout of every wait of the lab; long enough for a machine under load. */
export const defaultTimeoutMs = 60_000

/** Options of {@link until}. */
export interface UntilOptions {
  /** {@link defaultTimeoutMs} by default. */
  readonly timeoutMs?: number
  readonly everyMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Calls `ask` until it returns a value, and resolves with it.
 *
 * @param what - completes "Timeout after 60 s: expected …"
 * @throws LabError after the timeout.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = defaultTimeoutMs, everyMs = 10, signal }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) {
      throw new LabError(`Timeout after ${timeoutMs / 1000} s: expected ${what}`)
    }
    await wait(everyMs, undefined, { signal })
  }
}
