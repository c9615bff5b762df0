import { setTimeout as wait } from 'node:timers/promises'

/**
 * Awaits a state of the outside world: asks until the answer is something,
 * and rejects, naming what was wanted, after `timeoutMs`. That only ends a wait
 * that is in vain, and is long enough for a machine that others use too.
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
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await wait(5)
  }
}
