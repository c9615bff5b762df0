import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import { markDown, type KnownHealth } from '../running/known-health.js'
import { managedServers } from '../running/read-running-state.js'
import { pollDelayMs } from '../poll-delay.js'

/** Longest pause between two queries: until its servers are marked, a worker uses those that are down. */
const maxPauseMs = 10

/** The facts that identify a new worker, and the health that it takes over. */
export interface Handover {
  /** Process ids of the new workers; empty if the reload did not report them. */
  readonly workers: readonly number[]
  /** The worker that answered before the reload; undefined if none did. */
  readonly before: number | undefined
  /** Servers that the new worker must not take for healthy; it has them down from its start. */
  readonly down: KnownHealth['down']
}

/** Returns the process id of the worker that answers; undefined if none does. */
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
 * Waits for a new worker on the stats socket, and checks that it has the pools.
 * The new worker takes over the socket some 40 ms after the reload; until then
 * the old one answers.
 *
 * @returns the problem, in words; undefined if there is none
 */
export async function verifyWorker(
  runtime: RuntimeClient,
  desired: DesiredState,
  { workers, before, down }: Handover,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<string | undefined> {
  const deadline = performance.now() + timeoutMs
  for (let attempt = 0; ; attempt++) {
    const pid = await answeringWorker(runtime, signal)
    const isNew = workers.length > 0 ? workers.includes(pid ?? 0) : pid !== before
    if (pid !== undefined && isNew) break
    if (performance.now() > deadline)
      return `the new HAProxy worker does not answer on the stats socket within ${timeoutMs} ms`
    await wait(Math.min(pollDelayMs(attempt), maxPauseMs), undefined, { signal })
  }
  const servers = await managedServers(runtime, desired, signal)
  if (servers === undefined) return 'the new HAProxy worker lacks a pool of the configuration'
  await markDown(runtime, { down }, servers, signal)
  return undefined
}
