import type { CheckSettings } from 'haproxy-config-text'
import type { RunningServer, RuntimeClient } from 'haproxy-runtime'
import { ApplyQueue } from './reconcile/apply-queue.js'
import { createConfigurationFile } from './running/configuration-file.js'
import type { DesiredState } from './plan/desired-state.js'
import { createDrainClock } from './running/drain-clock.js'
import { createStatisticsRecorder, type ReloaderStatistics } from './reconcile/statistics.js'
import type { Generation, KeptGeneration } from './generations/generation.js'
import { GenerationLog } from './generations/generation-log.js'
import { createCheck, type CheckText } from './reload/check-text.js'
import type { ReloadMethod } from './reload/master-reload.js'
import type { Outcome } from './plan/outcome.js'
import type { Preview } from './reconcile/preview-change.js'
import { Reconciliation } from './reconcile/reconciliation.js'
import { createServerStateFile } from './running/server-state-file.js'
import { createPacedFile } from './running/paced-file.js'
import { createReloadLimiter } from './reload/reload-limiter.js'
import { createStructuralChange } from './reload/structural-change.js'
import { stateDiff } from './generations/state-diff.js'

/** The settings of a reloader. */
export interface ReloaderOptions {
  /** Path of the configuration file that HAProxy was started with. */
  readonly configFile: string
  /**
   * Mode, owner and group of the configuration file, in numbers. By default those of the
   * file that is replaced; a new file has mode 600. `apply` rejects with a ReloadError
   * `file` if this user may not set them.
   */
  readonly fileOwnership?: {
    readonly mode?: number | undefined
    readonly uid?: number | undefined
    readonly gid?: number | undefined
  }
  readonly runtime: RuntimeClient
  readonly reload: ReloadMethod
  /** Checks a configuration's text; `haproxy -c` by default, as HAProxy was started. */
  readonly check?: CheckText
  /** Settings of the default check; each replaces what is read from the running HAProxy. */
  readonly checkSettings?: CheckSettings
  /** Longest time for a removed server's sessions before they are cut; 30,000 ms by default. */
  readonly drainDeadlineMs?: number
  /** Longest time until a new worker answers on the stats socket; 5,000 ms by default. */
  readonly verifyTimeoutMs?: number
  /** Minimum interval between two reloads, since each leaves an old worker; 1,000 ms by default. */
  readonly reloadIntervalMs?: number
  /**
   * Maximum number of old workers that finish their sessions; 16 by default. At
   * the limit a reload is deferred until one has exited. `hard-stop-after` in the
   * configuration bounds how long that takes.
   */
  readonly maxOldWorkers?: number
  /**
   * A folder for the applied configurations, used by nothing else, and how many
   * to keep there; 20 by default. Without it none are kept.
   */
  readonly generations?: { readonly folder: string; readonly keep?: number }
}

/** Keeps one HAProxy and its files at a desired configuration. */
export interface Reloader extends AsyncDisposable {
  /**
   * Makes HAProxy run `desired` in the cheapest sufficient way. Calls run one at
   * a time, and of those that wait only the newest is kept.
   *
   * The reloader remembers the state that HAProxy confirmed. It plans a change
   * of servers from there, sends it at once, and reads it back after this call
   * has resolved. A call without changes reads the running state first, and
   * corrects drift.
   *
   * A server that is missing in `desired` is drained at once, and removed when
   * its last session has ended. That continues after this call has resolved.
   *
   * A deferred configuration is retried from 100 ms later on, ever less often;
   * one that was rejected or rolled back, from 31 s later on.
   *
   * @param options - `cause` says why, in words; a configuration that replaces
   * superseded ones has their causes too. `signal` withdraws a call that waits,
   * and stops one that runs; the next call corrects what that leaves
   * @throws ReloadError if the disk or the check fails, or after `close`.
   */
  apply(desired: DesiredState, options?: { cause?: string; signal?: AbortSignal }): Promise<Outcome>
  /**
   * Reads the servers of these names in all pools, in the time of a few, and of
   * each of their pools some others that took traffic. Undefined if HAProxy does
   * not answer, or if it is not known what it runs: then read all servers.
   */
  look(
    names: ReadonlySet<string>,
    options?: { signal?: AbortSignal },
  ): Promise<readonly RunningServer[] | undefined>
  /**
   * Returns the plan of `apply` now, the running text, and the files as the disk has them.
   * @throws HaproxyError if HAProxy is away
   */
  preview(desired: DesiredState): Promise<Preview>
  /** Returns the kept generations, the oldest first, without broken ones; see `statistics`. */
  generations(): Promise<readonly Generation[]>
  /** Writes waiting generations, and looks for broken ones; lists them without their differences. */
  checkGenerations(): Promise<readonly Omit<Generation, 'diff'>[]>
  /**
   * Returns a generation with its text and pools, which is a `DesiredState` too.
   *
   * @throws ReloadError `unknown-generation`, or `broken-generation` if its file was changed
   */
  generation(number: number): Promise<KeptGeneration>
  /** Returns the difference between the texts of two generations, and of their files, as `diff -u` writes it. */
  diff(from: number, to: number): Promise<string>
  /** Applies the configuration of a generation again, as a new generation. */
  restore(number: number, options?: { signal?: AbortSignal }): Promise<Outcome>
  /** Returns the changes by others to HAProxy or its file that were corrected. */
  drift(): ReloaderStatistics['drift']
  /** Returns the counts so far: reloads, changes, batches and more. */
  statistics(): ReloaderStatistics
  /**
   * Resolves when nothing runs, every change is read back, no server is left to
   * be removed, and the file is written.
   *
   * @throws ReloadError `file` if the disk refuses the file
   */
  settled(): Promise<void>
  /** Writes the waiting files, and stops; HAProxy stays as it is. */
  close(): Promise<void>
}

/** Creates a {@link Reloader}; HAProxy need not run yet. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { reconciliation, file, generations, statistics, queue } = createParts(options)
  const apply: Reloader['apply'] = (desired, more) => queue.apply(desired, more)
  return {
    apply,
    look: (names, more) => reconciliation.look(names, more?.signal),
    preview: desired => reconciliation.preview(desired, new AbortController().signal),
    generations: () => generations.list(),
    checkGenerations: () => generations.check(),
    generation: number => generations.read(number),
    async diff(from, to) {
      const [before, after] = await Promise.all([generations.read(from), generations.read(to)])
      return stateDiff(before, after, [`generation ${from}`, `generation ${to}`])
    },
    async restore(number, { signal } = {}) {
      const kept = await generations.read(number)
      return apply(kept, { cause: `restore of ${number}`, ...(signal && { signal }) })
    },
    drift: () => statistics.counted.drift,
    statistics: () => ({
      generation: generations.number,
      generationsError: generations.error,
      ...statistics.counted,
    }),
    async settled() {
      await queue.idle()
      await file.flush()
      await generations.written()
    },
    async close() {
      await queue.close()
      await file.close()
      await generations.written()
    },
    [Symbol.asyncDispose]() {
      return this.close()
    },
  }
}

/** Creates the parts of a reloader, with the defaults of its options. */
function createParts(options: ReloaderOptions) {
  const { configFile, runtime, reload, checkSettings } = options
  const { check = createCheck({ configFile, runtime, ...checkSettings }) } = options
  const { verifyTimeoutMs = 5000, reloadIntervalMs = 1000, maxOldWorkers = 16 } = options
  const file = createPacedFile(createConfigurationFile(configFile, options.fileOwnership))
  const states = createServerStateFile()
  const generations = new GenerationLog(options.generations)
  const statistics = createStatisticsRecorder()
  const reconciliation = new Reconciliation({
    file,
    runtime,
    states,
    structural: createStructuralChange({ file, states, runtime, reload, check, verifyTimeoutMs }),
    clock: createDrainClock(options.drainDeadlineMs ?? 30_000),
    generations,
    reloadLimiter: createReloadLimiter({
      reload,
      reloadIntervalMs,
      maxOldWorkers,
      onOldWorkers: statistics.oldWorkers,
    }),
    statistics,
    processes: reload.processes,
  })
  return {
    generations,
    statistics,
    file,
    reconciliation,
    queue: new ApplyQueue({ reconciliation, generations, statistics, file }),
  }
}
