import { setTimeout as wait } from 'node:timers/promises'
import type { ReloadMethod } from './master-reload.js'
import type { Outcome } from '../plan/outcome.js'
import { reloadWaitMs } from '../queue/retry-delay.js'
import type { TaskLimits } from '../queue/task.js'

/** Limits the rate of reloads and the number of old workers. */
export interface ReloadLimiter {
  /** Resolves with undefined when a reload may start, or with the outcome if it may not. */
  start(limits: TaskLimits): Promise<Outcome | undefined>
  /** Records the end of a reload. */
  finished(): void
}

/** The settings of a limiter. */
export interface ReloadLimiterOptions {
  readonly reload: ReloadMethod
  readonly reloadIntervalMs: number
  readonly maxOldWorkers: number
  /** Called with the number of old workers. */
  readonly onOldWorkers: (count: number) => void
}

/** Creates a limiter with a minimum interval and a maximum number of old workers. */
export function createReloadLimiter({
  reload,
  reloadIntervalMs,
  maxOldWorkers,
  onOldWorkers,
}: ReloadLimiterOptions): ReloadLimiter {
  let lastAt: number | undefined
  const oldWorkers = async (signal: AbortSignal) => {
    const count = (await reload.processes?.({ signal }))?.oldWorkers.length
    if (count !== undefined) onOldWorkers(count)
    return count ?? 0
  }
  return {
    async start({ signal, newer }) {
      const waitMs = reloadWaitMs(lastAt, performance.now(), reloadIntervalMs)
      await pause(waitMs, AbortSignal.any([signal, newer]))
      signal.throwIfAborted()
      if (newer.aborted && waitMs > 0) return { kind: 'superseded' }
      const count = await oldWorkers(signal)
      if (count < maxOldWorkers) return undefined
      const cause = `old workers that still finish their sessions: ${count}; the limit is ${maxOldWorkers}`
      return { kind: 'deferred', cause }
    },
    finished() {
      lastAt = performance.now()
    },
  }
}

/** Waits, until the signal aborts at the latest. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve()
  return wait(ms, undefined, { signal }).catch(() => {})
}
