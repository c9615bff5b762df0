import type { Runtime } from 'haproxy-runtime'
import { checkConfiguration, type CheckResult } from './check-configuration.js'
import { configurationFile } from './configuration-file.js'
import type { DesiredState } from './desired-state.js'
import { drainClock } from './drain-clock.js'
import { LatestJob } from './latest-job.js'
import type { ReloadMethod } from './master-reload.js'
import type { Outcome } from './outcome.js'
import { Reconciliation } from './reconciliation.js'
import type { Drift, Task } from './task.js'
import { ReloadError } from './reload-error.js'
import { retryDelayMs } from './retry-delay.js'
import { structuralChange } from './structural-change.js'

/** What a reloader works on, and how. */
export interface ReloaderOptions {
  /** Path of the configuration file that HAProxy was started with. */
  readonly file: string
  readonly runtime: Runtime
  readonly reload: ReloadMethod
  /** Checks a candidate file; `haproxy -c` by default. */
  readonly check?: (file: string, options: { signal?: AbortSignal }) => Promise<CheckResult>
  /** How long a removed server may finish its sessions before they are cut; 30,000 ms by default. */
  readonly drainDeadlineMs?: number
  /** How long a new worker may take to answer on the stats socket; 5,000 ms by default. */
  readonly verifyTimeoutMs?: number
  /** How far two reloads are apart at least, because each leaves an old worker; 1,000 ms by default. */
  readonly reloadIntervalMs?: number
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
   * @param options - `signal` withdraws a call that waits, and ends one that is
   * under way where it is: the next call puts right what that leaves
   * @throws ReloadError where the disk or the check fails, or after `close`.
   */
  apply(desired: DesiredState, options?: { signal?: AbortSignal }): Promise<Outcome>
  /** What others did to HAProxy or its file behind this reloader's back. */
  drift(): Drift
  /** Resolves when nothing is under way, all is read back, and no server is left to be removed. */
  settled(): Promise<void>
  /** Stops; HAProxy goes on as it is. */
  close(): Promise<void>
}

/** Makes a {@link Reloader}; HAProxy need not run yet. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { runtime, reload, check = checkConfiguration } = options
  const { drainDeadlineMs = 30_000, verifyTimeoutMs = 5000, reloadIntervalMs = 1000 } = options
  const file = configurationFile(options.file)
  const structural = structuralChange({ file, runtime, reload, check, verifyTimeoutMs })
  const clock = drainClock(drainDeadlineMs)
  const reconciliation = new Reconciliation({ file, runtime, structural, clock, reloadIntervalMs })
  const closing = new AbortController()
  let failures = 0

  const jobs = new LatestJob<Task, Outcome>(
    async (task, { signal: own, newer }) => {
      const signal = own ? AbortSignal.any([closing.signal, own]) : closing.signal
      try {
        const { outcome, lookAfterMs } = await reconciliation.run(task, { signal, newer })
        const next = { ...task, isLook: true }
        if (lookAfterMs !== undefined) jobs.again(next, lookAfterMs)
        const retryAfterMs = retryDelayMs(outcome.kind, task.isLook ? failures : 0)
        failures = retryAfterMs === undefined ? 0 : failures + 1
        if (retryAfterMs !== undefined) jobs.retry(next, retryAfterMs)
        return outcome
      } catch (error) {
        if (closing.signal.aborted) throw closed(error)
        throw own?.aborted ? own.reason : error
      }
    },
    { kind: 'superseded' },
  )

  return {
    async apply(desired, { signal } = {}) {
      if (closing.signal.aborted) throw closed()
      return jobs.run({ desired, isLook: false }, signal)
    },
    drift: () => reconciliation.drift,
    settled: () => jobs.idle(),
    async close() {
      closing.abort()
      await jobs.close()
    },
    [Symbol.asyncDispose]() {
      return this.close()
    },
  }
}

function closed(cause?: unknown): ReloadError {
  return new ReloadError('closed', 'The reloader was closed, and applies nothing', { cause })
}
