import { HaproxyError } from 'haproxy-runtime'
import { createBatchPace } from '../runtime/batch-pace.js'
import { downAtRestart } from '../running/known-health.js'
import { afterOperations, type ConfirmedState } from '../running/confirmed-state.js'
import type { Outcome } from '../plan/outcome.js'
import { planWithDifference, reloadPlan, type Plan } from '../plan/plan.js'
import { Admission } from './admission.js'
import { Departures } from './departures.js'
import { LoadedConfiguration } from './loaded-configuration.js'
import { readPresentState, type PresentState } from './read-present-state.js'
import { recordGeneration } from './record-generation.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'
import { sendOperations } from './send-operations.js'
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
  readonly #departures: Departures
  readonly #admission: Admission
  readonly #serving: ServingWorker

  constructor(deps: ReconciliationDeps) {
    this.#deps = deps
    this.#departures = new Departures(deps.clock)
    this.#admission = new Admission(deps.runtime)
    this.#serving = new ServingWorker(deps.processes)
  }

  /** Applies the configuration of a task. */
  async run(task: Task, limits: TaskLimits): Promise<TaskResult> {
    const startedAt = performance.now()
    if (!task.isReadBack) {
      this.#departures.reset()
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
    const sent = await this.#send(
      task,
      todo,
      { ...running, isFileCurrent, readMs: 0 },
      startedAt,
      signal,
    )
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
    await this.#admission.admit(running.servers ?? [], todo.plan.operations, limits.signal)
    const sent = await this.#send(task, todo, running, startedAt, limits.signal)
    if (sent.kind === 'sent') {
      await this.#deps.states.write(desired.text, downAtRestart(running.servers ?? []))
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
    const { file, statistics, generations } = this.#deps
    const { desired } = task
    this.#confirmed = undefined
    const before = from.servers ?? []
    const { operations, waiting, unexpected, done, notYetRemoved } = await sendOperations(
      todo.operations,
      desired,
      before,
      { ...this.#deps, pace: this.#pace, loaded: this.#loaded, admission: this.#admission, signal },
    )
    const tookMs = performance.now() - startedAt
    if (unexpected !== undefined) return { kind: 'refused', reason: unexpected }
    statistics.operations(done)
    // HAProxy has it; now a restart has to run the same.
    if (!from.isFileCurrent) await file.commit(desired)
    // No query tells the options of a server, so a HAProxy that restarts has to have the new ones.
    if (operations.some(({ kind }) => kind === 'replace')) await file.flush()
    this.#loaded.committed(difference)
    const servers = afterOperations(before, operations, notYetRemoved, waiting)
    this.#confirmed = { text: desired.text, servers, worker: from.worker }
    const isChanged = done.length > 0
    if (isChanged) this.#unreadSince ??= startedAt
    const readBackAfterMs = this.#departures.readBackDelayMs(
      [...todo.draining, ...notYetRemoved],
      isChanged,
    )
    if (!isChanged) recordGeneration(generations, 'adopted', task, todo, tookMs)
    const outcome: Outcome = isChanged
      ? this.#applied('runtime', task, todo, tookMs)
      : { kind: 'unchanged', plan: todo }
    const admissionAfterMs = this.#admission.pollDelayMs(from.readMs)
    return { kind: 'sent', result: { outcome, readBackAfterMs, admissionAfterMs } }
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
    const onWaiting = (ids: readonly string[]) => this.#admission.wait(ids)
    const refusal = await structural.reload(task.desired, limits.signal, onWaiting)
    reloadLimiter.finished()
    if (refusal?.kind !== 'rejected') {
      this.#loaded.reset()
      statistics.reload(todo, refusal === undefined)
    }
    if (refusal) return { outcome: refusal }
    this.#loaded.runs(task.desired)
    this.#departures.readBackDelayMs([], false)
    const outcome = this.#applied('reload', task, todo, performance.now() - startedAt)
    return { outcome, admissionAfterMs: this.#admission.pollDelayMs(0) }
  }

  #applied(via: 'runtime' | 'reload', task: Task, todo: Plan, tookMs: number): Outcome {
    const generation = recordGeneration(this.#deps.generations, via, task, todo, tookMs)
    return { kind: 'applied', via, generation, plan: todo, tookMs }
  }
}
