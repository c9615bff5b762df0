import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import type { CheckResult } from './check-configuration.js'
import type { ConfigurationFile } from '../running/configuration-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { ReloadMethod, ReloadReport } from './master-reload.js'
import type { Outcome } from '../plan/outcome.js'
import { refusalMemory } from './refusal-memory.js'
import { differenceInText } from '../plan/text-difference.js'
import { serversDown } from '../running/known-health.js'
import { answeringWorker, verifyWorker } from './verify-worker.js'

/** The way of a change that only another worker can take: check, replace the file, reload, verify. */
export interface StructuralChange {
  /** Resolves with nothing when a new worker runs it, and otherwise with why none does. */
  reload(desired: DesiredState, signal: AbortSignal): Promise<Outcome | undefined>
  /** Makes right what HAProxy will read when it starts, if it would accept it. */
  prepare(desired: DesiredState, signal: AbortSignal): Promise<Outcome | undefined>
}

/** What a structural change works with. */
export interface StructuralParts {
  readonly file: ConfigurationFile
  readonly runtime: RuntimeClient
  readonly reload: ReloadMethod
  /** How long a new worker may take to answer on the stats socket. */
  readonly verifyTimeoutMs: number
  readonly check: (file: string, options: { signal?: AbortSignal }) => Promise<CheckResult>
}

/** Makes a {@link StructuralChange}; it remembers what HAProxy refused a short while ago. */
export function structuralChange(parts: StructuralParts): StructuralChange {
  const { file, runtime, reload } = parts
  const refusals = refusalMemory()
  const refuse = ({ text }: DesiredState, outcome: Outcome) => {
    refusals.remember(text, outcome, performance.now())
    return outcome
  }
  const stage = async (desired: DesiredState, signal: AbortSignal) => {
    const rejection = await rejected(desired, parts, signal)
    return rejection && refuse(desired, rejection)
  }

  return {
    async reload(desired, signal) {
      const known = refusals.outcomeOf(desired.text, performance.now())
      if (known) return known
      const rejection = await stage(desired, signal)
      if (rejection) return rejection
      const isSettled = (await file.mark()) === undefined
      const down = await serversDown(runtime, desired, signal)
      const before = await answeringWorker(runtime, signal)
      const lastGood = await file.promote(before)
      const { ok, report, workers, isLost } = await reportOf(reload, signal)
      if (!ok) {
        if (lastGood !== '' && (await isWorkerless(reload, signal))) {
          const cause = `${report}; ${await backTo(lastGood, parts, signal)}`
          return refuse(desired, { kind: 'rolled-back', cause })
        }
        if (lastGood !== '') await file.goBack({ lastGood, worker: isLost ? undefined : before })
        // Where a reload before this one was never seen through, what runs is still not known.
        if (isSettled && !isLost) await file.settle()
        const unsaid = 'HAProxy did not start a new worker, and did not say why; see its log'
        return refuse(desired, { kind: 'rolled-back', cause: report || unsaid })
      }
      const limits = { timeoutMs: parts.verifyTimeoutMs, signal }
      const fault = await verifyWorker(runtime, desired, { workers, before, down }, limits)
      if (fault !== undefined) {
        const cause = `${fault}; ${await backTo(lastGood, parts, signal)}`
        return refuse(desired, { kind: 'rolled-back', cause })
      }
      await file.settle()
      refusals.forget()
      return undefined
    },

    async prepare(desired, signal) {
      const before = await file.read()
      if (before === desired.text) return undefined
      const rejection = await stage(desired, signal)
      if (rejection) return rejection
      const isSettled = (await file.mark()) === undefined
      await file.promote(undefined)
      // One that hangs, or is just starting, has read the text from before. Its servers will
      // be compared with the running ones; for anything else the mark has to stand.
      const isEnough = before === undefined || differenceInText(before, desired) === undefined
      if (isSettled && isEnough) await file.settle()
      return undefined
    },
  }
}

/**
 * Reloads. A HAProxy that ends over it, or that does not tell how it went, is
 * a failed reload too: its supervisor is to start it with what worked.
 */
async function reportOf(
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

/** Whether HAProxy's master is there without a worker: then nobody takes traffic until a reload. */
async function isWorkerless({ processes }: ReloadMethod, signal: AbortSignal): Promise<boolean> {
  try {
    return (await processes?.({ signal }))?.workers.length === 0
  } catch (error) {
    if (error instanceof HaproxyError) return false
    throw error
  }
}

/** Takes a new worker's configuration back; what came of it, in words. */
async function backTo(
  lastGood: string,
  { file, reload, runtime, verifyTimeoutMs }: StructuralParts,
  signal: AbortSignal,
): Promise<string> {
  if (lastGood === '')
    return 'there is no configuration to go back to, and it goes on with this one'
  const before = await answeringWorker(runtime, signal)
  await file.goBack({ lastGood, worker: before })
  const { ok, report, workers } = await reportOf(reload, signal)
  const limits = { timeoutMs: verifyTimeoutMs, signal }
  const anyPools = { text: lastGood, pools: [] }
  const fault = ok
    ? await verifyWorker(runtime, anyPools, { workers, before, down: [] }, limits)
    : report || 'HAProxy did not start a worker with it'
  // The mark stays where what runs is not known: the next apply reloads.
  if (fault !== undefined) return `the last good one is back in the file, but not loaded: ${fault}`
  await file.settle()
  return 'the last good configuration runs again'
}

/** Writes and checks the candidate; the outcome where HAProxy refuses it. */
async function rejected(
  desired: DesiredState,
  { file, check }: StructuralParts,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  // HAProxy itself might take it, and would be left without its socket.
  if (desired.text.trim() === '')
    return { kind: 'rejected', report: 'the configuration is empty; what ran before goes on' }
  await file.stage(desired.text)
  signal.throwIfAborted()
  const result = await check(file.candidatePath, { signal })
  if (result.ok) return undefined
  await file.discard()
  const { report, line } = result
  const server = desired.lines?.find(managed => managed.line === line)?.server
  return {
    kind: 'rejected',
    report,
    ...(line !== undefined && { line }),
    ...(server !== undefined && { server }),
  }
}
