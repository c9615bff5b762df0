import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import { applyAtRuntime } from '../runtime/apply-at-runtime.js'
import { createBatchPace } from '../runtime/batch-pace.js'
import { afterOperations, driftSince, type ConfirmedState } from '../running/confirmed-state.js'
import { joinCauses } from '../queue/cause.js'
import type { Generation } from '../generations/generation.js'
import type { Outcome } from '../plan/outcome.js'
import { plan, reloadPlan, type Plan, type RunningState } from '../plan/plan.js'
import { readRunningState } from '../running/read-running-state.js'
import type { ConfigurationFile } from '../running/configuration-file.js'
import type { DrainClock } from '../running/drain-clock.js'
import type { GenerationLog } from '../generations/generation-log.js'
import type { ReloadLimiter } from '../reload/reload-limiter.js'
import type { StatisticsRecorder } from './statistics.js'
import type { StructuralChange } from '../reload/structural-change.js'
import { pollDelayMs } from '../poll-delay.js'
import { stickyPools } from '../plan/skeleton.js'
import type { Task, TaskLimits, TaskResult } from '../queue/task.js'

/** Longest time without reading back, however fast changes follow each other. */
const maxUnreadMs = 1000

/** Dependencies of a reconciliation. */
export interface ReconciliationDeps {
  readonly file: ConfigurationFile
  readonly runtime: RuntimeClient
  readonly structural: StructuralChange
  readonly clock: DrainClock
  readonly generations: GenerationLog
  readonly reloadLimiter: ReloadLimiter
  readonly statistics: StatisticsRecorder
}

/** The result of sending a plan's operations to HAProxy. */
type SendResult =
  | { readonly kind: 'sent'; readonly result: TaskResult }
  | {
      readonly kind: 'refused'
      /** The first unexpected reply, in words. */
      readonly reason: string
    }

/**
 * Brings HAProxy from its running state to the desired one, one task after
 * another. It keeps the state that HAProxy confirmed, so that a change of
 * servers can be sent at once, without a query before it, and reads it back
 * afterwards.
 */
export class Reconciliation {
  readonly #deps: ReconciliationDeps
  readonly #pace = createBatchPace()
  #confirmed: ConfirmedState | undefined
  /** Time of the first change that is not read back yet. */
  #unreadSince: number | undefined
  /** Pools with dynamic cookies; only a reload can change them. */
  #sticky: ReadonlySet<string> | undefined
  #polls = 0

  constructor(deps: ReconciliationDeps) {
    this.#deps = deps
  }

  /** Applies the configuration of a task. */
  async run(task: Task, limits: TaskLimits): Promise<TaskResult> {
    const startedAt = performance.now()
    if (!task.isReadBack) this.#polls = 0
    try {
      return (
        (await this.#fromConfirmed(task, startedAt, limits.signal)) ??
        (await this.#fromRunning(task, startedAt, limits))
      )
    } catch (error) {
      this.#confirmed = undefined
      const isAway = error instanceof HaproxyError && error.code !== 'unsafe-argument'
      if (!isAway || limits.signal.aborted) throw error
      const rejection = await this.#deps.structural.prepare(task.desired, limits.signal)
      return { outcome: rejection ?? { kind: 'deferred', cause: error.message } }
    }
  }

  /** Applies a change from the confirmed state; undefined if the running state has to be read first. */
  async #fromConfirmed(
    task: Task,
    startedAt: number,
    signal: AbortSignal,
  ): Promise<TaskResult | undefined> {
    const known = this.#confirmed
    if (!known || startedAt - (this.#unreadSince ?? startedAt) > maxUnreadMs) return undefined
    const running = { ...known, sessions: new Map<string, number>(), overdue: new Set<string>() }
    const todo = plan(running, task.desired)
    if (todo.kind !== 'runtime') return undefined
    const sent = await this.#send(task, todo, running, startedAt, signal)
    return sent.kind === 'sent' ? sent.result : undefined
  }

  async #fromRunning(task: Task, startedAt: number, limits: TaskLimits): Promise<TaskResult> {
    const { desired, isReadBack } = task
    const { file, runtime, clock } = this.#deps
    const overdue = clock.overdue(startedAt)
    const read = await readRunningState(runtime, file, desired, overdue, limits.signal)
    const known = this.#confirmed
    const drift = known && driftSince(known, read)
    if (drift !== undefined) this.#deps.statistics.drift(drift)
    // The same worker as before runs the confirmed text, even if the file was edited since.
    const isSameWorker = known?.worker === read.worker && read.text !== undefined
    const running = isSameWorker ? { ...read, text: known.text } : read
    const wasUnread = this.#unreadSince !== undefined
    this.#unreadSince = undefined
    const todo = plan(running, desired)
    if (todo.kind === 'reload') return this.#reload(task, todo, startedAt, limits)
    if (isReadBack && wasUnread && todo.operations.some(({ kind }) => kind !== 'remove')) {
      const reason = `HAProxy does not run the state that it confirmed: ${todo.reason}`
      const plan = reloadPlan({ trigger: 'unconfirmed', reason })
      return this.#reload(task, plan, startedAt, limits)
    }
    const isFileCurrent = read.text === desired.text && !read.isPending
    const from = { ...running, text: isFileCurrent ? desired.text : undefined }
    const sent = await this.#send(task, todo, from, startedAt, limits.signal)
    if (sent.kind === 'sent') return sent.result
    const refused = reloadPlan({ trigger: 'refused', reason: sent.reason })
    return this.#reload(task, refused, startedAt, limits)
  }

  /** Sends the operations of a plan. */
  async #send(
    task: Task,
    todo: Plan,
    from: RunningState & { readonly worker: number },
    startedAt: number,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const { runtime, file, statistics } = this.#deps
    const { desired } = task
    this.#confirmed = undefined
    this.#sticky ??= stickyPools(desired.text)
    const { unexpected, done, notYetRemoved } = await applyAtRuntime(todo.operations, {
      runtime,
      pace: this.#pace,
      sizes: new Map(desired.pools.map(pool => [pool.name, pool.servers.length])),
      stickyPools: this.#sticky,
      onBatch: statistics.batch,
      signal,
    })
    const tookMs = performance.now() - startedAt
    if (unexpected !== undefined) return { kind: 'refused', reason: unexpected }
    statistics.operations(done)
    // HAProxy has it; now a restart has to run the same.
    if (from.text !== desired.text) await file.commit(desired.text)
    const servers = afterOperations(from.servers ?? [], todo.operations, notYetRemoved)
    this.#confirmed = { text: desired.text, servers, worker: from.worker }
    const isChanged = done.length > 0
    if (isChanged) this.#unreadSince ??= startedAt
    const readBackAfterMs = this.#readBackDelay([...todo.draining, ...notYetRemoved], isChanged)
    if (!isChanged) this.#record('adopted', task, todo, tookMs)
    const outcome: Outcome = isChanged
      ? this.#applied('runtime', task, todo, tookMs)
      : { kind: 'unchanged', plan: todo }
    return { kind: 'sent', result: { outcome, readBackAfterMs } }
  }

  async #reload(
    task: Task,
    todo: Plan,
    startedAt: number,
    limits: TaskLimits,
  ): Promise<TaskResult> {
    const { reloadLimiter, structural, statistics } = this.#deps
    this.#confirmed = undefined
    this.#sticky = undefined
    const postponed = await reloadLimiter.start(limits)
    if (postponed) return { outcome: postponed }
    const refusal = await structural.reload(task.desired, limits.signal)
    reloadLimiter.finished()
    if (refusal?.kind !== 'rejected') statistics.reload(todo, refusal === undefined)
    if (refusal) return { outcome: refusal }
    this.#readBackDelay([], false)
    return { outcome: this.#applied('reload', task, todo, performance.now() - startedAt) }
  }

  /** Returns the delay of the next read-back; it grows while servers depart. */
  #readBackDelay(departing: readonly string[], isUnread: boolean): number | undefined {
    this.#deps.clock.update(departing, performance.now())
    this.#polls = departing.length === 0 ? 0 : this.#polls + 1
    if (departing.length > 0) return pollDelayMs(this.#polls - 1)
    return isUnread ? 0 : undefined
  }

  #applied(via: 'runtime' | 'reload', task: Task, todo: Plan, tookMs: number): Outcome {
    const generation = this.#record(via, task, todo, tookMs)
    return { kind: 'applied', via, generation, plan: todo, tookMs }
  }

  /** Records the configuration that HAProxy runs now; returns its number. */
  #record(via: Generation['via'], { desired, causes }: Task, todo: Plan, tookMs: number): number {
    const { reason, operations } = todo
    const cause = joinCauses(causes) ?? reason
    const how = { at: Date.now(), cause, via, plan: { reason, operations }, tookMs }
    return this.#deps.generations.note(desired, how)
  }
}
