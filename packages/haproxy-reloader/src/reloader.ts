import { HaproxyError, type Runtime } from 'haproxy-runtime'
import { applyAtRuntime } from './apply-at-runtime.js'
import { checkConfiguration, type CheckResult } from './check-configuration.js'
import { configurationFile } from './configuration-file.js'
import type { DesiredState } from './desired-state.js'
import { drainClock } from './drain-clock.js'
import { LatestJob } from './latest-job.js'
import type { ReloadMethod } from './master-reload.js'
import type { Outcome } from './outcome.js'
import { differenceInText, plan, type Plan } from './plan.js'
import { readRunningState } from './read-running-state.js'
import { refusalMemory } from './refusal-memory.js'
import { ReloadError } from './reload-error.js'
import { stickyPools } from './skeleton.js'
import { settleDelayMs } from './settle-delay.js'
import { takenOver } from './taken-over.js'

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
}

/** Keeps one HAProxy, and its file, at a desired configuration. */
export interface Reloader extends AsyncDisposable {
  /**
   * Makes HAProxy run `desired`, by the cheapest way that suffices. One at a
   * time; while one is under way only the newest of those that wait is kept.
   *
   * A server that is gone from `desired` is drained at once, and removed when
   * its last session has ended; that goes on after this call has resolved.
   *
   * @throws ReloadError where the disk or the check fails, or after `close`.
   */
  apply(desired: DesiredState): Promise<Outcome>
  /** Resolves when nothing is under way and no server is left to be removed. */
  settled(): Promise<void>
  /** Stops; HAProxy goes on as it is. */
  close(): Promise<void>
}

/** Makes a {@link Reloader}; HAProxy need not run yet. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { runtime, reload, check = checkConfiguration, drainDeadlineMs = 30_000 } = options
  const file = configurationFile(options.file)
  const clock = drainClock(drainDeadlineMs)
  const closing = new AbortController()
  const { signal } = closing
  let generation = 0
  let looks = 0
  const refusals = refusalMemory()

  const jobs = new LatestJob<DesiredState, Outcome>(step, { kind: 'superseded' })

  async function step(desired: DesiredState): Promise<Outcome> {
    const startedAt = performance.now()
    try {
      const overdue = clock.overdue(startedAt)
      const todo = plan(await readRunningState(runtime, file, desired, overdue, signal), desired)
      if (todo.kind === 'reload') return await applyByReload(desired, todo, startedAt)
      return await applyPlan(desired, todo, startedAt)
    } catch (error) {
      if (signal.aborted) throw closed(error)
      if (!(error instanceof HaproxyError) || error.code === 'unsafe-argument') throw error
      return defer(desired, error)
    }
  }

  async function applyPlan(desired: DesiredState, todo: Plan, startedAt: number): Promise<Outcome> {
    const { unexpected, notYetRemoved } = await applyAtRuntime(
      runtime,
      todo.operations,
      stickyPools(desired.text),
      signal,
    )
    const tookMs = performance.now() - startedAt
    if (unexpected !== undefined) {
      const fallback: Plan = { ...todo, kind: 'reload', reason: unexpected }
      return applyByReload(desired, fallback, startedAt)
    }
    // HAProxy has it; now a restart must run the same.
    if ((await file.read()) !== desired.text) await file.commit(desired.text)
    watchDeparting(desired, [...todo.draining, ...notYetRemoved])
    if (todo.operations.length === notYetRemoved.length) return { kind: 'unchanged', plan: todo }
    const difference = await readBack(desired)
    if (difference) return applyByReload(desired, difference, startedAt)
    return { kind: 'applied', via: 'runtime', generation: ++generation, plan: todo, tookMs }
  }

  /** What HAProxy confirmed and yet does not run; there should never be any. */
  async function readBack(desired: DesiredState): Promise<Plan | undefined> {
    const rest = plan(await readRunningState(runtime, file, desired, new Set(), signal), desired)
    if (rest.operations.every(operation => operation.kind === 'remove')) return undefined
    const reason = `HAProxy does not run what it confirmed: ${rest.reason}`
    return { ...rest, kind: 'reload', reason }
  }

  async function applyByReload(
    desired: DesiredState,
    todo: Plan,
    startedAt: number,
  ): Promise<Outcome> {
    const known = refusals.outcomeOf(desired.text, startedAt)
    if (known) return known
    const rejection = await stage(desired)
    if (rejection) return rejection
    const isSettled = (await file.lastGood()) === undefined
    const lastGood = await file.promote()
    const { ok, report, workers } = await reload({ signal })
    if (!ok) {
      if (lastGood !== '') await file.putBack(lastGood)
      // Where a reload before this one was never seen through, what runs is still not known.
      if (isSettled) await file.settle()
      const cause = report || 'HAProxy did not start a new worker, and did not say why; see its log'
      return refuse(desired, { kind: 'rolled-back', cause })
    }
    await takenOver(runtime, workers, signal)
    await file.settle()
    refusals.forget()
    watchDeparting(desired, [])
    const tookMs = performance.now() - startedAt
    return { kind: 'applied', via: 'reload', generation: ++generation, plan: todo, tookMs }
  }

  /** Writes and checks the candidate; the outcome where HAProxy refuses it. */
  async function stage(desired: DesiredState): Promise<Outcome | undefined> {
    // HAProxy itself might take it, and would be left without its socket.
    if (desired.text.trim() === '')
      return { kind: 'rejected', report: 'the configuration is empty; what ran before goes on' }
    await file.stage(desired.text)
    const result = await check(file.candidatePath, { signal })
    if (result.ok) return undefined
    await file.discard()
    const { report, line } = result
    const server = desired.lines?.find(managed => managed.line === line)?.server
    const outcome: Outcome = {
      kind: 'rejected',
      report,
      ...(line !== undefined && { line }),
      ...(server !== undefined && { server }),
    }
    return refuse(desired, outcome)
  }

  function refuse({ text }: DesiredState, outcome: Outcome): Outcome {
    refusals.remember(text, outcome, performance.now())
    return outcome
  }

  /** HAProxy is away: what it will read when it starts is made right, if it would accept it. */
  async function defer(desired: DesiredState, error: HaproxyError): Promise<Outcome> {
    const before = await file.read()
    if (before !== desired.text) {
      const rejection = await stage(desired)
      if (rejection) return rejection
      const isSettled = (await file.lastGood()) === undefined
      await file.promote()
      // One that hangs, or is just starting, has read the text from before. Its servers will
      // be compared with the running ones; for anything else the mark has to stand.
      const isEnough = before === undefined || differenceInText(before, desired) === undefined
      if (isSettled && isEnough) await file.settle()
    }
    return { kind: 'deferred', cause: error.message }
  }

  /** Looks again, later and later, until every departing server is gone. */
  function watchDeparting(desired: DesiredState, departing: readonly string[]): void {
    clock.update(departing, performance.now())
    looks = departing.length === 0 ? 0 : looks + 1
    if (looks > 0) jobs.again(desired, settleDelayMs(looks - 1))
  }

  return {
    apply(desired) {
      if (signal.aborted) return Promise.reject(closed())
      looks = 0
      return jobs.run(desired)
    },
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
