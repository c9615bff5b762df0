import type { DesiredState } from '../plan/desired-state.js'
import type { RunningState } from '../plan/plan.js'
import { ServerTable } from '../servers/server-table.js'
import { driftSince, replacedSince, type ConfirmedState } from '../running/confirmed-state.js'
import { readRunningState } from '../running/read-running-state.js'
import type { LoadedConfiguration } from './loaded-configuration.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'

/** The running state, and what it says about the file and about changes by others. */
export interface PresentState extends RunningState {
  readonly servers: ServerTable | undefined
  readonly worker: number
  /** True if the file holds the desired text, and no reload is pending. */
  readonly isFileCurrent: boolean
  /** The changes by others since the confirmed state, in words; undefined if there are none. */
  readonly drift: string | undefined
  /** Duration of the read in milliseconds. */
  readonly readMs: number
}

/** The confirmed state, if there is one, and the facts about its configuration. */
export interface Knowledge {
  readonly confirmed: ConfirmedState | undefined
  readonly loaded: Pick<LoadedConfiguration, 'facts' | 'optionsBesideText' | 'seen'>
}

/**
 * Reads the running state and compares it with the confirmed one.
 *
 * @throws HaproxyError `unreachable` or `timeout` if HAProxy does not answer.
 */
export async function readPresentState(
  { file, runtime, clock }: ReconciliationDeps,
  { confirmed, loaded }: Knowledge,
  desired: DesiredState,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<PresentState> {
  const { unmanaged, inherited } = loaded.facts(desired)
  const about = { overdue: clock.overdue(now), unmanaged }
  const read = await readRunningState(runtime, file, desired, about, signal)
  const servers = read.servers && ServerTable.of(read.servers)
  loaded.seen(read.worker, servers ?? new ServerTable())
  // The same worker as before runs the confirmed text, even if the file was edited since.
  const isSameWorker = confirmed?.worker === read.worker && read.text !== undefined
  return {
    ...read,
    servers,
    text: isSameWorker ? confirmed.desired.text : read.text,
    inherited,
    optionsBesideText: loaded.optionsBesideText,
    replaced: isSameWorker ? replacedSince(confirmed, servers) : new Set<string>(),
    isFileCurrent: read.text === desired.text && !read.isPending,
    drift: confirmed && driftSince(confirmed, { ...read, servers }),
    readMs: performance.now() - now,
  }
}
