import { setTimeout as wait } from 'node:timers/promises'

/**
 * Waits for an external state: calls `ask` until it returns a value, and
 * rejects with the name of the state after `timeoutMs`. The default is long
 * enough for a loaded machine.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`timeout: waited ${timeoutMs} ms for ${what}`)
    await wait(5)
  }
}
