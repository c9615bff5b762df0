import type { RunningServer } from 'haproxy-runtime'
import type { Generation, KeptGeneration } from './generations/generation.js'
import { stateDiff } from './generations/state-diff.js'
import type { DesiredState } from './plan/desired-state.js'
import type { Outcome } from './plan/outcome.js'
import type { Task } from './queue/task.js'
import type { Preview } from './reconcile/preview-change.js'
import type { ReloaderStatistics } from './reconcile/statistics.js'
import { checkPorts } from './reload/check-ports.js'
import type { ReloaderOptions } from './reloader-options.js'
import { createParts } from './reloader-parts.js'

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

/**
 * Creates a {@link Reloader}; HAProxy need not run yet.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createReloader, reloadViaMaster } from 'haproxy-reloader'
 * import { createRuntimeClient } from 'haproxy-runtime'
 * import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'haproxy-'))
 * const configFile = join(folder, 'haproxy.cfg')
 * const [runtimeSocket, masterSocket] = [join(folder, 'r.sock'), join(folder, 'm.sock')]
 * await writeFile(configFile, 'backend nodes\n')
 * const haproxy = await startFakeHaproxy({ runtimeSocket, masterSocket, configFile })
 * const reloader = createReloader({
 *   configFile,
 *   runtime: createRuntimeClient({ socket: runtimeSocket }),
 *   reload: reloadViaMaster({ socket: masterSocket }),
 *   check: async () => ({ ok: true }), // by default `haproxy -c`
 * })
 * const text = 'backend nodes\n  server s1 10.0.0.1:80 weight 1\n'
 * const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 1, options: '' }
 * const outcome = await reloader.apply({ text, pools: [{ name: 'nodes', servers: [server] }] })
 * outcome.kind // => 'applied'
 * haproxy.server('nodes', 's1')?.address // => '10.0.0.1'
 * await reloader.close()
 * await haproxy.close()
 * await rm(folder, { recursive: true })
 * ```
 */
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
