import { setTimeout as wait } from 'node:timers/promises'

/**
 * Awaits a state of the outside world: asks until the answer is something,
 * and rejects, naming what was wanted, after `timeoutMs`.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await wait(5)
  }
}
