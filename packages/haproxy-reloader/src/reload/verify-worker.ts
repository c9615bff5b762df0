import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import { carryOver } from '../running/known-health.js'
import { managedServers } from '../running/read-running-state.js'
import { settleDelayMs } from '../poll-delay.js'

/** While nobody asks, a new worker sends requests to servers that are known to be down. */
const longestPauseMs = 10

/** How a new worker is told from the old one. */
export interface Handover {
  /** Process ids of the new workers; empty where the reload did not tell. */
  readonly workers: readonly number[]
  /** The worker that answered before; undefined where none did. */
  readonly before: number | undefined
  /** Servers that were down, and are so for the new worker from its start. */
  readonly down: readonly RunningServer[]
}

/** Process id of the worker that answers; undefined where none does. */
export async function answeringWorker(
  runtime: RuntimeClient,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return (await runtime.info({ signal })).pid
  } catch (error) {
    if (error instanceof HaproxyError) return undefined
    throw error
  }
}

/**
 * Waits for a new worker on the stats socket, and looks whether it has the
 * pools. The socket goes over to it some 40 ms after the reload; what is asked
 * before that is answered by the old one.
 *
 * @returns what is wrong, in words; undefined where all is well
 */
export async function verifyWorker(
  runtime: RuntimeClient,
  desired: DesiredState,
  { workers, before, down }: Handover,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<string | undefined> {
  const giveUpAt = performance.now() + timeoutMs
  for (let attempt = 0; ; attempt++) {
    const pid = await answeringWorker(runtime, signal)
    const isNew = workers.length > 0 ? workers.includes(pid ?? 0) : pid !== before
    if (pid !== undefined && isNew) break
    if (performance.now() > giveUpAt)
      return `the new HAProxy worker does not answer on the stats socket within ${timeoutMs} ms`
    await wait(Math.min(settleDelayMs(attempt), longestPauseMs), undefined, { signal })
  }
  await carryOver(runtime, down, signal)
  return (await managedServers(runtime, desired, signal)) === undefined
    ? 'the new HAProxy worker lacks a pool of the configuration'
    : undefined
}
