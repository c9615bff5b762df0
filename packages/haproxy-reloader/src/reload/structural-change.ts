import { HaproxyError } from 'haproxy-runtime'
import { checkPorts, portRejection } from './check-ports.js'
import { findRejection, type CheckText } from './check-text.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { ReloadMethod } from './master-reload.js'
import type { Outcome } from '../plan/outcome.js'
import { problemFact, type TaskSteps } from '../queue/task-steps.js'
import type { PortCheck } from '../ports/port-check.js'
import { createRefusalMemory } from './refusal-memory.js'
import { ReloadProbe, type ProbeSettings } from './reload-probe.js'
import { rollBack, tryReload, type RollBackDeps } from './roll-back.js'
import { differenceInText } from '../plan/text-difference.js'
import { knownHealth } from '../running/known-health.js'
import type { PacedFile } from '../running/paced-file.js'
import type { ServerStateFile } from '../running/server-state-file.js'
import { answeringWorker, verifyWorker } from './verify-worker.js'

/** Changes that need a new worker: check text and ports, replace the file, reload, verify, probe. */
export interface StructuralChange {
  /**
   * Reloads. Resolves with undefined when a new worker runs it, and otherwise with the outcome.
   *
   * @param onWaiting - called with the servers, as `pool/name`, that wait in the new worker for
   * their first successful health check
   */
  reload(
    desired: DesiredState,
    signal: AbortSignal,
    onWaiting: (ids: readonly string[]) => void,
  ): Promise<Outcome | undefined>
  /** Prepares the file for HAProxy's next start. Resolves with the outcome if it is rejected. */
  prepare(desired: DesiredState, signal: AbortSignal): Promise<Outcome | undefined>
}

/** Dependencies of a structural change. */
export interface StructuralDeps extends RollBackDeps {
  readonly file: PacedFile
  readonly check: CheckText
  readonly states: ServerStateFile
  readonly ports: PortCheck
  readonly steps: TaskSteps
  /** Without it a worker that answers on the stats socket is good. */
  readonly probe?: ProbeSettings | undefined
}

/** Creates a {@link StructuralChange}; it remembers what HAProxy refused a short while ago. */
export function createStructuralChange(deps: StructuralDeps): StructuralChange {
  const { file, check } = deps
  const refusals = createRefusalMemory()
  const remember = ({ text, files }: DesiredState, outcome: Outcome, isForAnyServers = false) => {
    const refused = { text, ...(files && { files }) }
    refusals.remember({ ...refused, outcome, isForAnyServers }, performance.now())
    return outcome
  }
  const findAndRemember = async (desired: DesiredState, signal: AbortSignal) => {
    const rejection = await findRejection(check, desired, signal)
    return rejection && remember(desired, rejection)
  }

  return {
    async reload(desired, signal, onWaiting) {
      const known = refusals.outcomeOf(desired, performance.now())
      if (known) return known
      const rejection = await findAndRemember(desired, signal)
      if (rejection) return rejection
      const { taken, doubtful } = await checkPorts(deps.ports, file, desired, signal)
      const cannotListen = portRejection(taken)
      if (cannotListen) return remember(desired, cannotListen)
      const probed = new ReloadProbe(deps.probe, deps.runtime)
      const failure = await loadOrRollBack(desired, { ...deps, probed, onWaiting }, signal)
      if (failure !== undefined) {
        const cause = [failure, ...doubtful.map(({ text }) => text)].join('; ')
        return remember(desired, { kind: 'rolled-back', cause }, probed.hasFailed)
      }
      await file.clearPending()
      refusals.forget()
      return undefined
    },

    async prepare(desired, signal) {
      await file.flush()
      const before = await file.read()
      const stale = await file.named.stale(desired.files)
      if (before === desired.text && stale.length === 0) return undefined
      const rejection = await findAndRemember(desired, signal)
      if (rejection) return rejection
      const wasPending = (await file.pendingMarker()) !== undefined
      await file.replace(desired, undefined)
      // A HAProxy that hangs or is just starting has read the text from before. Its servers and
      // lists will be compared with the running ones; for any other difference the marker has to stay.
      const isEnough = before === undefined || !('reload' in differenceInText(before, desired))
      const isLoaded = stale.some(({ path }) => isLoadedOnly(desired, path))
      if (!wasPending && isEnough && !isLoaded) await file.clearPending()
      return undefined
    },
  }
}

/** Returns whether HAProxy takes another content of a file by a reload only. */
function isLoadedOnly({ files = [] }: DesiredState, path: string): boolean {
  return files.some(file => file.path === path && file.use === 'reload')
}

/** Reloads and verifies; returns why it was rolled back, or undefined if a new worker runs it. */
async function loadOrRollBack(
  desired: DesiredState,
  deps: StructuralDeps & {
    readonly probed: ReloadProbe
    readonly onWaiting: (ids: readonly string[]) => void
  },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { file, runtime, reload } = deps
  await deps.probed.before(signal)
  const wasPending = (await file.pendingMarker()) !== undefined
  const { down, waiting } = await knownHealth(runtime, desired, signal)
  const before = await answeringWorker(runtime, signal)
  const lastGood = await file.replace(desired, before)
  await deps.states.write(desired, down)
  const { ok, report, workers, isLost } = await tryReload(reload, signal)
  if (!ok) {
    if (lastGood !== '' && (await isWithoutWorker(reload, signal)))
      return `${report}; ${await rollBack(lastGood, deps, signal)}`
    if (lastGood !== '') await file.restore({ lastGood, worker: isLost ? undefined : before })
    // After an earlier reload that was not completed, the running text is still unknown.
    if (!wasPending && !isLost) await file.clearPending()
    return report || 'HAProxy did not start a new worker and gave no reason; see its log'
  }
  const limits = { timeoutMs: deps.verifyTimeoutMs, signal }
  const verify = async () =>
    (await verifyWorker(runtime, desired, { workers, before, down }, limits)) ??
    (await deps.probed.after(signal))
  const problem = await deps.steps.time('verify', verify, problemFact)
  if (problem === undefined) deps.onWaiting(waiting)
  return problem && `${problem}; ${await rollBack(lastGood, deps, signal)}`
}

/** Returns whether HAProxy's master runs without a worker: then no traffic is served until a reload. */
async function isWithoutWorker({ processes }: ReloadMethod, signal: AbortSignal): Promise<boolean> {
  try {
    return (await processes?.({ signal }))?.workers.length === 0
  } catch (error) {
    if (error instanceof HaproxyError) return false
    throw error
  }
}
