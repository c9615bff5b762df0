import { HaproxyError } from 'haproxy-runtime'
import { downAtRestart } from '../running/known-health.js'
import type { DesiredState } from '../plan/desired-state.js'
import { FileComparison } from '../named-files/file-comparison.js'
import { withFileSteps } from '../named-files/file-steps.js'
import { frameFacts } from '../plan/frame-facts.js'
import { isServed, touchedServers } from '../plan/joining-servers.js'
import { serverOperations } from '../plan/operation.js'
import { planWithDifference, reloadPlan } from '../plan/plan.js'
import { ServerTable } from '../servers/server-table.js'
import { Admission } from './admission.js'
import { Departures } from './departures.js'
import { LoadedConfiguration } from './loaded-configuration.js'
import { lookAtServers } from './look-at-servers.js'
import { KnownState } from './known-state.js'
import { PlanExecution } from './plan-execution.js'
import { readNamedServers } from './read-named-servers.js'
import { previewChange, type Preview } from './preview-change.js'
import { readPresentState } from './read-present-state.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'
import { ServingWorker } from './serving-worker.js'
import type { Task, TaskLimits, TaskResult } from '../queue/task.js'
import { interrupted, WholeComparison } from './whole-comparison.js'

const superseded: TaskResult = { outcome: { kind: 'superseded' } }

/**
 * Brings HAProxy from its running state to the desired one, one task after
 * another. It keeps the state that HAProxy confirmed, so that a change of
 * servers can be sent at once, without a query before it, and reads it back
 * afterwards.
 */
export class Reconciliation {
  readonly #deps: ReconciliationDeps
  readonly #known = new KnownState()
  readonly #whole = new WholeComparison()
  readonly #loaded = new LoadedConfiguration()
  readonly #files: FileComparison
  readonly #departures: Departures
  readonly #admission: Admission
  readonly #serving: ServingWorker
  readonly #execution: PlanExecution

  constructor(deps: ReconciliationDeps) {
    this.#deps = deps
    this.#files = new FileComparison(deps.runtime, deps.file.named)
    this.#departures = new Departures(deps.clock)
    this.#admission = new Admission(deps.runtime)
    this.#serving = new ServingWorker(deps.processes)
    this.#execution = new PlanExecution(deps, {
      known: this.#known,
      loaded: this.#loaded,
      departures: this.#departures,
      admission: this.#admission,
      serving: this.#serving,
    })
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

  /** Reads some servers again; undefined if it is not known what HAProxy runs, or if it does not answer. */
  async look(names: ReadonlySet<string>, signal: AbortSignal | undefined) {
    const { confirmed } = this.#known
    return confirmed && lookAtServers(this.#deps, confirmed, names, signal)
  }

  /** Reads HAProxy, and returns the plan for a configuration, and what is there now. Changes nothing. */
  async preview(desired: DesiredState, signal: AbortSignal): Promise<Preview> {
    const known = { confirmed: this.#known.confirmed, loaded: this.#loaded }
    return previewChange(this.#deps, known, desired, signal)
  }

  /** Applies a change from the confirmed state; undefined if HAProxy has to be read first. */
  async #fromConfirmed(
    task: Task,
    startedAt: number,
    signal: AbortSignal,
  ): Promise<TaskResult | undefined> {
    const { confirmed } = this.#known
    if (!confirmed || this.#known.isOverdue(startedAt)) return undefined
    const todo = this.#known.plan(confirmed, task.desired, this.#loaded.planFacts(task.desired))
    if (todo.plan.kind !== 'runtime') return undefined
    const sent = await this.#execution.send(
      task,
      todo,
      { ...todo.from, readMs: 0 },
      startedAt,
      signal,
    )
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
    if (this.#whole.isDue(startedAt)) return undefined
    const named = { unread, departing, waiting: this.#admission.waiting }
    const read = await this.#whole.interruptible(limits, this.#isBound(startedAt), signal =>
      readNamedServers(this.#deps, confirmed, named, signal),
    )
    if (read === interrupted) return superseded
    if (!read) this.#whole.doubt()
    const readMs = performance.now() - startedAt
    const overdue = this.#deps.clock.overdue(startedAt)
    const facts = {
      ...this.#loaded.planFacts(desired),
      sessions: read?.sessions ?? new Map(),
      overdue,
    }
    const todo = this.#known.plan(confirmed, desired, facts)
    if (!read || todo.plan.kind === 'reload') return undefined
    const wasUnread = this.#known.read()
    const operations = serverOperations(todo.plan.operations)
    const touched = touchedServers(operations)
    const pools = [...new Set(read.waiting.map(({ pool }) => pool))]
    const served = pools.filter(pool => isServed(confirmed.servers.of(pool).values(), touched))
    await this.#admission.admit(read.waiting, operations, limits.signal, new Set(served))
    return this.#execution.sendOrReload(
      task,
      todo,
      { ...todo.from, readMs, wasUnread },
      startedAt,
      limits,
    )
  }

  async #fromRunning(task: Task, startedAt: number, limits: TaskLimits): Promise<TaskResult> {
    const { desired, isReadBack } = task
    const known = { confirmed: this.#known.confirmed, loaded: this.#loaded }
    const isBound = this.#isBound(startedAt)
    const read = await this.#whole.interruptible(limits, isBound, async signal => {
      const running = await readPresentState(this.#deps, known, desired, { now: startedAt, signal })
      const files = await this.#files.compare(desired, known.confirmed, running.worker, signal)
      return { running, files }
    })
    if (read === interrupted) return superseded
    const { running, files } = read
    const drift = [running.drift, files.drift].filter(each => each !== undefined)
    if (drift.length > 0) this.#deps.statistics.drift(drift.join(', '))
    const wasUnread = this.#known.read()
    const todo = withFileSteps(planWithDifference(running, desired), files.steps)
    // Read once for a frame, and not while a change waits for it.
    frameFacts(desired)
    const endedAt = performance.now()
    this.#whole.done(endedAt, endedAt - startedAt - files.tookMs)
    if (todo.plan.kind === 'reload')
      return this.#execution.reload(task, todo.plan, startedAt, limits)
    // A late reply of an agent check may set a weight once more.
    const operations = serverOperations(todo.plan.operations)
    const isConfirmed = operations.every(({ kind }) => kind === 'remove' || kind === 'drain')
    if (isReadBack && wasUnread && !isConfirmed) {
      const reason = `HAProxy does not run the state that it confirmed: ${todo.plan.reason}`
      const plan = reloadPlan({ trigger: 'unconfirmed', reason })
      return this.#execution.reload(task, plan, startedAt, limits)
    }
    const servers = running.servers ?? new ServerTable()
    await this.#admission.admit(servers, operations, limits.signal)
    const down = downAtRestart(servers)
    const { worker, isFileCurrent, readMs } = running
    const from = { servers, worker, isFileCurrent, readMs, wasUnread }
    const result = await this.#execution.sendOrReload(task, todo, from, startedAt, limits)
    if (this.#known.confirmed) await this.#deps.states.write(desired, down)
    return result
  }

  /** Returns whether HAProxy has to be read, even if a newer task waits. */
  #isBound(now: number): boolean {
    return !this.#known.confirmed || this.#known.isOverdue(now)
  }
}
