import type { RunningServer } from 'haproxy-runtime'
import { ApplyQueue } from './reconcile/apply-queue.js'
import { createConfigurationFile } from './running/configuration-file.js'
import type { DesiredState } from './plan/desired-state.js'
import { createDrainClock } from './running/drain-clock.js'
import { createStatisticsRecorder, type ReloaderStatistics } from './reconcile/statistics.js'
import type { Generation, KeptGeneration } from './generations/generation.js'
import { GenerationLog } from './generations/generation-log.js'
import { checkPorts } from './reload/check-ports.js'
import { createCheck } from './reload/check-text.js'
import type { Outcome } from './plan/outcome.js'
import type { Task } from './queue/task.js'
import { TaskSteps } from './queue/task-steps.js'
import type { Preview } from './reconcile/preview-change.js'
import { createPortCheck } from './ports/port-check.js'
import { Reconciliation } from './reconcile/reconciliation.js'
import type { ReloaderOptions } from './reloader-options.js'
import { createServerStateFile } from './running/server-state-file.js'
import { createPacedFile } from './running/paced-file.js'
import { createReloadLimiter } from './reload/reload-limiter.js'
import { timedCheck, timedReload } from './reload/timed-reload.js'
import { createStructuralChange } from './reload/structural-change.js'
import { stateDiff } from './generations/state-diff.js'

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
   * and stops one that runs; the next call corrects what that leaves. `onReport` is
   * called with the duration and the steps of the run, and of each later run that reads
   * it back or tries it again
   * @throws ReloadError if the disk or the check fails, or after `close`.
   */
  apply(
    desired: DesiredState,
    options?: Pick<Task, 'onReport'> & { cause?: string; signal?: AbortSignal },
  ): Promise<Outcome>
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
  /**
   * Returns the plan of `apply` now, the running text, the files as the disk has them, and if
   * the plan is a reload, the ports that HAProxy could not have, in words.
   *
   * @throws HaproxyError if HAProxy is away
   */
  preview(desired: DesiredState): Promise<Preview & { takenPorts: readonly string[] }>
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
  const { reconciliation, file, ports, generations, statistics, queue } = createParts(options)
  const apply: Reloader['apply'] = (desired, more) => queue.apply(desired, more)
  return {
    apply,
    look: (names, more) => reconciliation.look(names, more?.signal),
    async preview(desired) {
      const { signal } = new AbortController()
      const preview = await reconciliation.preview(desired, signal)
      if (preview.plan.kind !== 'reload') return { ...preview, takenPorts: [] }
      const { taken } = await checkPorts(ports, file, desired, signal)
      return { ...preview, takenPorts: taken.map(problem => problem.text) }
    },
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
  const { configFile, runtime, checkSettings } = options
  const steps = new TaskSteps()
  const reload = timedReload(options.reload, steps)
  const { check = createCheck({ configFile, runtime, ...checkSettings }) } = options
  const { probe, probeTimeoutMs = 2000 } = options
  const ports = createPortCheck({ runtime, env: checkSettings?.env })
  const { verifyTimeoutMs = 5000, reloadIntervalMs = 1000, maxOldWorkers = 16 } = options
  const file = createPacedFile(createConfigurationFile(configFile, options.fileOwnership))
  const states = createServerStateFile()
  const generations = new GenerationLog(options.generations)
  const statistics = createStatisticsRecorder()
  const settings = probe && { probe, timeoutMs: probeTimeoutMs }
  const parts = { file, states, runtime, reload, verifyTimeoutMs, ports, steps, probe: settings }
  const reconciliation = new Reconciliation({
    file,
    runtime,
    states,
    structural: createStructuralChange({ ...parts, check: timedCheck(check, steps) }),
    clock: createDrainClock(options.drainDeadlineMs ?? 30_000),
    generations,
    reloadLimiter: createReloadLimiter({
      reload,
      reloadIntervalMs,
      maxOldWorkers,
      onOldWorkers: statistics.oldWorkers,
    }),
    statistics,
    steps,
    processes: reload.processes,
  })
  return {
    generations,
    statistics,
    file,
    ports,
    reconciliation,
    queue: new ApplyQueue({ reconciliation, generations, statistics, file, steps }),
  }
}
