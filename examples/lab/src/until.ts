import { setTimeout as wait } from 'node:timers/promises'
import { LabError } from './lab-error.js'

/**
 * How long anything of the lab may take. It only ends what is in vain: a
 * machine that does other work besides takes its time.
 */
export const patienceMs = 60_000

/** What is waited for, and how long. */
export interface UntilOptions {
  /** Completes "… did not happen: wanted". */
  readonly what: string
  /** {@link patienceMs} by default. */
  readonly timeoutMs?: number
  readonly everyMs?: number
  readonly signal?: AbortSignal | undefined
}

/** Asks again and again until the answer is something; resolves with it. */
export async function until<T>(
  ask: () => Promise<T | undefined | false>,
  { what, timeoutMs = patienceMs, everyMs = 10, signal }: UntilOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) {
      throw new LabError(`Waited ${timeoutMs / 1000} s in vain: wanted ${what}`)
    }
    await wait(everyMs, undefined, { signal })
  }
}
