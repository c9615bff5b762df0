import type { RuntimeClient } from 'haproxy-runtime'
import { openCauses } from './queue/cause.js'
import { checkConfiguration, type CheckResult } from './reload/check-configuration.js'
import { configurationFile } from './running/configuration-file.js'
import type { DesiredState } from './plan/desired-state.js'
import { drainClock } from './running/drain-clock.js'
import { tally, type Drift, type ReloaderFacts } from './reconcile/statistics.js'
import type { Generation, KeptGeneration } from './generations/generation.js'
import { GenerationLog, type GenerationOptions } from './generations/generation-log.js'
import { LatestJob } from './queue/latest-job.js'
import type { ReloadMethod } from './reload/master-reload.js'
import type { Outcome } from './plan/outcome.js'
import { Reconciliation } from './reconcile/reconciliation.js'
import type { Task } from './queue/task.js'
import { ReloadError } from './reload-error.js'
import { reloadGate } from './reload/reload-gate.js'
import { retryDelayMs } from './queue/retry-delay.js'
import { structuralChange } from './reload/structural-change.js'
import { unifiedDiff } from './generations/unified-diff.js'

/** What a reloader works on, and how. */
export interface ReloaderOptions {
  /** Path of the configuration file that HAProxy was started with. */
  readonly configFile: string
  readonly runtime: RuntimeClient
  readonly reload: ReloadMethod
  /** Checks a candidate file; `haproxy -c` by default. */
  readonly check?: (file: string, options: { signal?: AbortSignal }) => Promise<CheckResult>
  /** How long a removed server may finish its sessions before they are cut; 30,000 ms by default. */
  readonly drainDeadlineMs?: number
  /** How long a new worker may take to answer on the stats socket; 5,000 ms by default. */
  readonly verifyTimeoutMs?: number
  /** How far two reloads are apart at least, because each leaves an old worker; 1,000 ms by default. */
  readonly reloadIntervalMs?: number
  /**
   * How many old workers may finish their sessions at a time; 16 by default. At
   * the limit a reload is deferred until one has ended. `hard-stop-after` in the
   * configuration bounds how long that takes.
   */
  readonly maxOldWorkers?: number
  /** Where what was applied is kept, with number, cause and text; nowhere by default. */
  readonly generations?: GenerationOptions
}

/** Keeps one HAProxy, and its file, at a desired configuration. */
export interface Reloader extends AsyncDisposable {
  /**
   * Makes HAProxy run `desired`, by the cheapest way that suffices. One at a
   * time; while one is under way only the newest of those that wait is kept.
   *
   * What HAProxy confirmed is remembered: a change of servers is planned from
   * it, sent at once, and read back after this call has resolved. A call that
   * would change nothing asks HAProxy first, and heals what others changed.
   *
   * A server that is gone from `desired` is drained at once, and removed when
   * its last session has ended; that goes on after this call has resolved.
   *
   * What was deferred is tried again, from 100 ms later on and ever less often;
   * what was rejected or rolled back, from 31 s later on.
   *
   * @param options - `cause` says why, in words; a configuration that stands for
   * several superseded ones has their causes too. `signal` withdraws a call that
   * waits, and ends one that is under way where it is: the next call puts right
   * what that leaves
   * @throws ReloadError where the disk or the check fails, or after `close`.
   */
  apply(desired: DesiredState, options?: { cause?: string; signal?: AbortSignal }): Promise<Outcome>
  /** The generations that are kept, the oldest first; broken ones are left out, see `facts`. */
  generations(): Promise<readonly Generation[]>
  /**
   * One generation with its text and pools: a `DesiredState` too.
   *
   * @throws ReloadError `unknown-generation`, or `broken-generation` where its file was changed
   */
  generation(number: number): Promise<KeptGeneration>
  /** What leads from one generation's text to another's, as `diff -u` writes it. */
  difference(from: number, to: number): Promise<string>
  /** Applies a generation's configuration again; where HAProxy takes it, as a new generation. */
  restore(number: number, options?: { signal?: AbortSignal }): Promise<Outcome>
  /** What others did to HAProxy or its file behind this reloader's back. */
  drift(): Drift
  /** What was counted so far: reloads, changes, batches and more. */
  facts(): ReloaderFacts
  /** Resolves when nothing is under way, all is read back, and no server is left to be removed. */
  settled(): Promise<void>
  /** Stops; HAProxy goes on as it is. */
  close(): Promise<void>
}

/** Makes a {@link Reloader}; HAProxy need not run yet. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { runtime, reload, check = checkConfiguration } = options
  const {
    drainDeadlineMs = 30_000,
    verifyTimeoutMs = 5000,
    reloadIntervalMs = 1000,
    maxOldWorkers = 16,
  } = options
  const file = configurationFile(options.configFile)
  const structural = structuralChange({ file, runtime, reload, check, verifyTimeoutMs })
  const clock = drainClock(drainDeadlineMs)
  const generations = new GenerationLog(options.generations)
  const counts = tally()
  const { oldWorkers: onOldWorkers } = counts
  const gate = reloadGate({ reload, reloadIntervalMs, maxOldWorkers, onOldWorkers })
  const parts = { file, runtime, structural, clock, generations, gate, tally: counts }
  const reconciliation = new Reconciliation(parts)
  const closing = new AbortController()
  let failures = 0
  const causes = openCauses()

  const jobs = new LatestJob<Task, Outcome>(
    async (task, { signal: own, newer }) => {
      const signal = own ? AbortSignal.any([closing.signal, own]) : closing.signal
      try {
        await generations.opened()
        const { outcome, lookAfterMs } = await reconciliation.run(task, { signal, newer })
        if (!task.isLook || outcome.kind !== 'unchanged') counts.outcome(outcome.kind)
        const next = { ...task, isLook: true }
        if (lookAfterMs !== undefined) jobs.again(next, lookAfterMs)
        const retryAfterMs = retryDelayMs(outcome.kind, task.isLook ? failures : 0)
        failures = retryAfterMs === undefined ? 0 : failures + 1
        if (retryAfterMs !== undefined) jobs.retry(next, retryAfterMs)
        if (!isOpen(outcome)) causes.settle(task.causes)
        return outcome
      } catch (error) {
        if (closing.signal.aborted) throw closed(error)
        throw own?.aborted ? own.reason : error
      }
    },
    { kind: 'superseded' },
  )

  const apply: Reloader['apply'] = async (desired, { cause, signal } = {}) => {
    if (closing.signal.aborted) throw closed()
    const task = { desired, causes: causes.add(cause), isLook: false }
    try {
      return await jobs.run(task, signal)
    } catch (error) {
      if (cause !== undefined) causes.settle(task.causes.slice(-1))
      throw error
    }
  }

  return {
    apply,
    generations: () => generations.list(),
    generation: number => generations.read(number),
    async difference(from, to) {
      const [before, after] = await Promise.all([generations.read(from), generations.read(to)])
      return unifiedDiff(before.text, after.text, [`generation ${from}`, `generation ${to}`])
    },
    async restore(number, { signal } = {}) {
      const kept = await generations.read(number)
      return apply(kept, { cause: `restore of ${number}`, ...(signal && { signal }) })
    },
    drift: () => counts.counted.drift,
    facts: () => ({
      generation: generations.number,
      generationsFault: generations.fault,
      ...counts.counted,
    }),
    async settled() {
      await jobs.idle()
      await generations.written()
    },
    async close() {
      closing.abort()
      await jobs.close()
      await generations.written()
    },
    [Symbol.asyncDispose]() {
      return this.close()
    },
  }
}

/** Whether the configuration may still be applied, by itself or in a newer one. */
function isOpen({ kind }: Outcome): boolean {
  return kind === 'superseded' || kind === 'deferred'
}

function closed(cause?: unknown): ReloadError {
  return new ReloadError('closed', 'The reloader was closed, and applies nothing', { cause })
}
