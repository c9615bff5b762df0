import { HaproxyError } from 'haproxy-runtime'
import { createBatchPace } from '../runtime/batch-pace.js'
import { downAtRestart } from '../running/known-health.js'
import type { DesiredState } from '../plan/desired-state.js'
import { frameFacts } from '../plan/frame-facts.js'
import { isServed, touchedServers } from '../plan/joining-servers.js'
import type { Outcome } from '../plan/outcome.js'
import { planWithDifference, reloadPlan, type Plan, type PlannedSteps } from '../plan/plan.js'
import { ServerTable } from '../plan/server-table.js'
import { Admission } from './admission.js'
import { Departures } from './departures.js'
import { LoadedConfiguration } from './loaded-configuration.js'
import { KnownState, type StartingState } from './known-state.js'
import { readNamedServers } from './read-named-servers.js'
import { readPresentState } from './read-present-state.js'
import { recordGeneration } from './record-generation.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'
import { sendOperations } from './send-operations.js'
import { ServingWorker } from './serving-worker.js'
import type { Task, TaskLimits, TaskResult } from '../queue/task.js'
import { WholeComparison } from './whole-comparison.js'

/** The result of a read that a newer task interrupted. */
const interrupted = Symbol('interrupted')
const superseded: TaskResult = { outcome: { kind: 'superseded' } }

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
  readonly #known = new KnownState()
  readonly #whole = new WholeComparison()
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
        (await this.#fromNamed(task, startedAt, limits)) ??
        (await this.#fromRunning(task, startedAt, limits))
      )
    } catch (error) {
      this.#known.forget()
      const isAway = error instanceof HaproxyError && error.code !== 'unsafe-argument'
      if (!isAway || limits.signal.aborted) throw error
      const rejection = await this.#deps.structural.prepare(task.desired, limits.signal)
      return { outcome: rejection ?? { kind: 'deferred', cause: error.message } }
    }
  }

  /** Applies a change from the confirmed state; undefined if HAProxy has to be read first. */
  async #fromConfirmed(
    task: Task,
    startedAt: number,
    signal: AbortSignal,
  ): Promise<TaskResult | undefined> {
    const { confirmed } = this.#known
    if (!confirmed || this.#known.isOverdue(startedAt)) return undefined
    const todo = this.#known.plan(confirmed, task.desired, this.#facts(task.desired))
    if (todo.plan.kind !== 'runtime') return undefined
    const sent = await this.#send(task, todo, { ...todo.from, readMs: 0 }, startedAt, signal)
    return sent.kind === 'sent' ? sent.result : undefined
  }

  /** Reads only the servers that change, and goes on; undefined if everything has to be read. */
  async #fromNamed(
    task: Task,
    startedAt: number,
    limits: TaskLimits,
  ): Promise<TaskResult | undefined> {
    const { confirmed, departing, unread } = this.#known
    const { desired } = task
    if (!confirmed || !desired.frame || confirmed.desired.frame !== desired.frame) return undefined
    if (this.#whole.isDue(startedAt, confirmed.servers.size)) return undefined
    const named = { unread, departing, waiting: this.#admission.waiting }
    const read = await this.#interruptible(limits, startedAt, signal =>
      readNamedServers(this.#deps, confirmed, named, signal),
    )
    if (read === interrupted) return superseded
    if (!read) this.#whole.doubt()
    const readMs = performance.now() - startedAt
    const overdue = this.#deps.clock.overdue(startedAt)
    const facts = { ...this.#facts(desired), sessions: read?.sessions ?? new Map(), overdue }
    const todo = this.#known.plan(confirmed, desired, facts)
    if (!read || todo.plan.kind === 'reload') return undefined
    const wasUnread = this.#known.read()
    const { operations } = todo.plan
    const touched = touchedServers(operations)
    const pools = [...new Set(read.waiting.map(({ pool }) => pool))]
    const served = pools.filter(pool => isServed(confirmed.servers.of(pool).values(), touched))
    await this.#admission.admit(read.waiting, operations, limits.signal, new Set(served))
    return this.#sendOrReload(task, todo, { ...todo.from, readMs, wasUnread }, startedAt, limits)
  }

  async #fromRunning(task: Task, startedAt: number, limits: TaskLimits): Promise<TaskResult> {
    const { desired, isReadBack } = task
    const known = { confirmed: this.#known.confirmed, loaded: this.#loaded }
    const running = await this.#interruptible(limits, startedAt, signal =>
      readPresentState(this.#deps, known, desired, { now: startedAt, signal }),
    )
    if (running === interrupted) return superseded
    if (running.drift !== undefined) this.#deps.statistics.drift(running.drift)
    const wasUnread = this.#known.read()
    const todo = planWithDifference(running, desired)
    // Read once for a frame, and not while a change waits for it.
    frameFacts(desired)
    const endedAt = performance.now()
    this.#whole.done(endedAt, endedAt - startedAt)
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
    const servers = running.servers ?? new ServerTable()
    await this.#admission.admit(servers, todo.plan.operations, limits.signal)
    const down = downAtRestart(servers)
    const { worker, isFileCurrent, readMs } = running
    const from = { servers, worker, isFileCurrent, readMs, wasUnread }
    const result = await this.#sendOrReload(task, todo, from, startedAt, limits)
    if (this.#known.confirmed) await this.#deps.states.write(desired.text, down)
    return result
  }

  /** Reads; resolves with `interrupted` if a newer task comes, unless HAProxy has to be read first anyway. */
  async #interruptible<T>(
    { signal, newer }: TaskLimits,
    startedAt: number,
    read: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | typeof interrupted> {
    const isBound = !this.#known.confirmed || this.#known.isOverdue(startedAt)
    if (isBound || !this.#whole.mayBeInterrupted) return read(signal)
    try {
      return await read(AbortSignal.any([signal, newer]))
    } catch (error) {
      if (!newer.aborted || signal.aborted || error !== newer.reason) throw error
      this.#whole.interrupted()
      return interrupted
    }
  }

  /** Returns the facts about the servers of the confirmed state, with nothing counted. */
  #facts(desired: DesiredState) {
    const { unmanaged, inherited } = this.#loaded.facts(desired)
    const { optionsBesideText } = this.#loaded
    const uncounted = { sessions: new Map<string, number>(), overdue: new Set<string>() }
    return { ...uncounted, unmanaged, inherited, optionsBesideText, replaced: new Set<string>() }
  }

  /** Sends the operations of a plan; reloads if HAProxy refuses one. */
  async #sendOrReload(
    task: Task,
    todo: PlannedSteps,
    from: StartingState & { readonly readMs: number; readonly wasUnread: boolean },
    startedAt: number,
    limits: TaskLimits,
  ): Promise<TaskResult> {
    const sent = await this.#send(task, todo, from, startedAt, limits.signal)
    if (sent.kind === 'refused') {
      const refused = reloadPlan({ trigger: 'refused', reason: sent.reason })
      return this.#reload(task, refused, startedAt, limits)
    }
    if (!task.isReadBack || !(from.wasUnread || this.#serving.isAwaited)) return sent.result
    return this.#serving.lookAgain(from.worker, sent.result, limits.signal)
  }

  /** Sends the operations of a plan. */
  async #send(
    task: Task,
    todo: PlannedSteps,
    from: StartingState & { readonly readMs: number },
    startedAt: number,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const { file, statistics, generations } = this.#deps
    const { desired } = task
    this.#known.forget()
    const context = { pace: this.#pace, loaded: this.#loaded, admission: this.#admission, signal }
    const { operations } = todo.plan
    const result = await sendOperations(operations, desired, from.servers, {
      ...this.#deps,
      ...context,
    })
    const { unexpected, done, notYetRemoved } = result
    const tookMs = performance.now() - startedAt
    if (unexpected !== undefined) return { kind: 'refused', reason: unexpected }
    statistics.operations(done)
    // HAProxy has it; now a restart has to run the same.
    if (!from.isFileCurrent) await file.commit(desired.text)
    this.#loaded.committed(todo.difference)
    this.#known.changed(desired, from, result, { ...todo, at: startedAt })
    const isChanged = done.length > 0
    const readBackAfterMs = this.#departures.readBackDelayMs(
      [...todo.plan.draining, ...notYetRemoved],
      isChanged,
    )
    if (!isChanged) recordGeneration(generations, 'adopted', task, todo.plan, tookMs)
    const outcome: Outcome = isChanged
      ? this.#applied('runtime', task, todo.plan, tookMs)
      : { kind: 'unchanged', plan: todo.plan }
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
    this.#known.forget()
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
