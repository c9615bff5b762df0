import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import type { ConfigurationFile } from '../running/configuration-file.js'
import type { ReloadMethod, ReloadReport } from './master-reload.js'
import { answeringWorker, verifyWorker } from './verify-worker.js'

/** Dependencies of a reload and its rollback. */
export interface RollBackDeps {
  readonly file: Omit<ConfigurationFile, 'commit'>
  readonly runtime: RuntimeClient
  readonly reload: ReloadMethod
  /** Longest time until a new worker answers on the stats socket. */
  readonly verifyTimeoutMs: number
}

/** Puts the last good configuration back and loads it; returns the result in words. */
export async function rollBack(
  lastGood: string,
  { file, reload, runtime, verifyTimeoutMs }: RollBackDeps,
  signal: AbortSignal,
): Promise<string> {
  if (lastGood === '') return 'there is no earlier configuration, so HAProxy keeps this one'
  const before = await answeringWorker(runtime, signal)
  await file.restore({ lastGood, worker: before })
  const { ok, report, workers } = await tryReload(reload, signal)
  const limits = { timeoutMs: verifyTimeoutMs, signal }
  const anyPools = { text: lastGood, pools: [] }
  const problem = ok
    ? await verifyWorker(runtime, anyPools, { workers, before, down: [] }, limits)
    : report || 'HAProxy did not start a worker with it'
  // The marker stays while the running text is unknown: the next apply reloads.
  if (problem !== undefined)
    return `the last good configuration is back in the file, but not loaded: ${problem}`
  await file.clearPending()
  return 'the last good configuration runs again'
}

/**
 * Reloads. If HAProxy exits during the reload or does not report the result,
 * that is a failed reload too: it shall start again with the last good text.
 */
export async function tryReload(
  reload: ReloadMethod,
  signal: AbortSignal,
): Promise<ReloadReport & { readonly isLost: boolean }> {
  try {
    return { ...(await reload({ signal })), isLost: false }
  } catch (error) {
    if (signal.aborted || !(error instanceof HaproxyError)) throw error
    return { ok: false, report: error.message, workers: [], isLost: true }
  }
}
