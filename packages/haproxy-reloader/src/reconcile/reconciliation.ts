import { HaproxyError } from 'haproxy-runtime'
import { applyAtRuntime } from '../runtime/apply-at-runtime.js'
import { createBatchPace } from '../runtime/batch-pace.js'
import { afterOperations, type ConfirmedState } from '../running/confirmed-state.js'
import { joinCauses } from '../queue/cause.js'
import type { Generation } from '../generations/generation.js'
import { withInheritedOptions } from '../plan/inherited-options.js'
import { isAddition } from '../plan/operation.js'
import type { Outcome } from '../plan/outcome.js'
import { planWithDifference, reloadPlan, type Plan } from '../plan/plan.js'
import { pollDelayMs } from '../poll-delay.js'
import { LoadedConfiguration } from './loaded-configuration.js'
import { readPresentState, type PresentState } from './read-present-state.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'
import { ServingWorker } from './serving-worker.js'
import type { Task, TaskLimits, TaskResult } from '../queue/task.js'

/** Longest time without reading back, however fast changes follow each other. */
const maxUnreadMs = 1000

/** The result of sending a plan's operations; `reason` is the first unexpected reply, in words. */
type SendResult =
  | { readonly kind: 'sent'; readonly result: TaskResult }
  | { readonly kind: 'refused'; readonly reason: string }

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
  readonly #loaded = new LoadedConfiguration()
  #polls = 0
  readonly #serving: ServingWorker

  constructor(deps: ReconciliationDeps) {
    this.#deps = deps
    this.#serving = new ServingWorker(deps.processes)
  }

  /** Applies the configuration of a task. */
  async run(task: Task, limits: TaskLimits): Promise<TaskResult> {
    const startedAt = performance.now()
    if (!task.isReadBack) {
      this.#polls = 0
      this.#serving.reset()
    }
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
    const { optionsBesideText } = this.#loaded
    const { unmanaged, inherited } = this.#loaded.facts(task.desired)
    const uncounted = { sessions: new Map<string, number>(), overdue: new Set<string>() }
    const facts = { unmanaged, inherited, optionsBesideText, replaced: new Set<string>() }
    const running = { ...known, ...uncounted, ...facts }
    const todo = planWithDifference(running, task.desired)
    if (todo.plan.kind !== 'runtime') return undefined
    const isFileCurrent = known.text === task.desired.text
    const sent = await this.#send(task, todo, { ...running, isFileCurrent }, startedAt, signal)
    return sent.kind === 'sent' ? sent.result : undefined
  }

  async #fromRunning(task: Task, startedAt: number, limits: TaskLimits): Promise<TaskResult> {
    const { desired, isReadBack } = task
    const known = { confirmed: this.#confirmed, loaded: this.#loaded }
    const at = { now: startedAt, signal: limits.signal }
    const running = await readPresentState(this.#deps, known, desired, at)
    if (running.drift !== undefined) this.#deps.statistics.drift(running.drift)
    const wasUnread = this.#unreadSince !== undefined
    this.#unreadSince = undefined
    const todo = planWithDifference(running, desired)
    if (todo.plan.kind === 'reload') return this.#reload(task, todo.plan, startedAt, limits)
    // A late reply of an agent check may set a weight once more.
    const isConfirmed = todo.plan.operations.every(
      ({ kind }) => kind === 'remove' || kind === 'drain',
    )
    if (isReadBack && wasUnread && !isConfirmed) {
      const reason = `HAProxy does not run the state that it confirmed: ${todo.plan.reason}`
      const plan = reloadPlan({ trigger: 'unconfirmed', reason })
      return this.#reload(task, plan, startedAt, limits)
    }
    const sent = await this.#send(task, todo, running, startedAt, limits.signal)
    if (sent.kind === 'sent') {
      if (!isReadBack || !(wasUnread || this.#serving.isAwaited)) return sent.result
      return this.#serving.lookAgain(running.worker, sent.result, limits.signal)
    }
    const refused = reloadPlan({ trigger: 'refused', reason: sent.reason })
    return this.#reload(task, refused, startedAt, limits)
  }

  /** Sends the operations of a plan. */
  async #send(
    task: Task,
    { plan: todo, difference }: ReturnType<typeof planWithDifference>,
    from: Omit<PresentState, 'drift'>,
    startedAt: number,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const { runtime, file, statistics } = this.#deps
    const { desired } = task
    this.#confirmed = undefined
    const operations = withInheritedOptions(todo.operations, desired.text)
    // HAProxy expands environment variables in its file only.
    if (operations.some(each => isAddition(each) && each.server.options.includes('$')))
      return { kind: 'refused', reason: 'servers inherit an environment variable' }
    this.#loaded.sending(todo.operations)
    const { unexpected, done, notYetRemoved } = await applyAtRuntime(operations, {
      runtime,
      pace: this.#pace,
      sizes: new Map(desired.pools.map(pool => [pool.name, pool.servers.length])),
      stickyPools: this.#loaded.runs(desired).stickyPools,
      onBatch: statistics.batch,
      signal,
    })
    const tookMs = performance.now() - startedAt
    if (unexpected !== undefined) return { kind: 'refused', reason: unexpected }
    statistics.operations(done)
    // HAProxy has it; now a restart has to run the same.
    if (!from.isFileCurrent) await file.commit(desired.text)
    this.#loaded.committed(difference)
    const servers = afterOperations(from.servers ?? [], operations, notYetRemoved)
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
    const postponed = await reloadLimiter.start(limits)
    if (postponed) return { outcome: postponed }
    const refusal = await structural.reload(task.desired, limits.signal)
    reloadLimiter.finished()
    if (refusal?.kind !== 'rejected') {
      this.#loaded.reset()
      statistics.reload(todo, refusal === undefined)
    }
    if (refusal) return { outcome: refusal }
    this.#loaded.runs(task.desired)
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
