import { setTimeout as wait } from 'node:timers/promises'
import type { ReloadMethod } from './master-reload.js'
import type { Outcome } from '../plan/outcome.js'
import { reloadWaitMs } from '../queue/retry-delay.js'
import type { TaskLimits } from '../queue/task.js'

/** Lets one reload through at a time, and not too many. */
export interface ReloadGate {
  /** Resolves when a reload may begin, or with the outcome where none may. */
  pass(limits: TaskLimits): Promise<Outcome | undefined>
  /** A reload has ended. */
  passed(): void
}

/** What a gate goes by. */
export interface GateOptions {
  readonly reload: ReloadMethod
  readonly reloadIntervalMs: number
  readonly maxOldWorkers: number
  /** Is told how many old workers there are. */
  readonly onOldWorkers: (count: number) => void
}

/** A gate that keeps reloads apart, and the number of old workers within bounds. */
export function reloadGate({
  reload,
  reloadIntervalMs,
  maxOldWorkers,
  onOldWorkers,
}: GateOptions): ReloadGate {
  let lastAt: number | undefined
  const oldWorkers = async (signal: AbortSignal) => {
    const count = (await reload.processes?.({ signal }))?.oldWorkers.length
    if (count !== undefined) onOldWorkers(count)
    return count ?? 0
  }
  return {
    async pass({ signal, newer }) {
      const waitMs = reloadWaitMs(lastAt, performance.now(), reloadIntervalMs)
      await pause(waitMs, AbortSignal.any([signal, newer]))
      signal.throwIfAborted()
      if (newer.aborted && waitMs > 0) return { kind: 'superseded' }
      const count = await oldWorkers(signal)
      if (count < maxOldWorkers) return undefined
      const cause = `${count} old workers still finish their sessions, and ${maxOldWorkers} are the limit`
      return { kind: 'deferred', cause }
    },
    passed() {
      lastAt = performance.now()
    },
  }
}

/** Waits, or less long where the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve()
  return wait(ms, undefined, { signal }).catch(() => {})
}
