import { listOperation, type StepsWithFiles } from '../named-files/file-steps.js'
import { setLists } from '../named-files/set-lists.js'
import type { DesiredFile } from '../plan/desired-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import { serverOperations } from '../plan/operation.js'
import type { Outcome } from '../plan/outcome.js'
import { reloadPlan, type Plan } from '../plan/plan.js'
import type { Task, TaskLimits, TaskResult } from '../queue/task.js'
import { problemFact } from '../queue/task-steps.js'
import { createBatchPace } from '../runtime/batch-pace.js'
import type { Admission } from './admission.js'
import type { Departures } from './departures.js'
import type { KnownState, StartingState } from './known-state.js'
import type { LoadedConfiguration } from './loaded-configuration.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'
import { recordGeneration } from './record-generation.js'
import { sendOperations } from './send-operations.js'
import type { ServingWorker } from './serving-worker.js'

/** The result of sending a plan's operations; `reason` is the first unexpected reply, in words. */
type SendResult =
  | { readonly kind: 'sent'; readonly result: TaskResult }
  | { readonly kind: 'refused'; readonly reason: string }

/** The knowledge that the execution of a plan brings up to date. */
interface Parts {
  readonly known: KnownState
  readonly loaded: LoadedConfiguration
  readonly departures: Departures
  readonly admission: Admission
  readonly serving: ServingWorker
}

/** Carries out plans, at run time or by a reload, and notes the confirmed state. */
export class PlanExecution {
  readonly #deps: ReconciliationDeps
  readonly #parts: Parts
  readonly #pace = createBatchPace()

  constructor(deps: ReconciliationDeps, parts: Parts) {
    this.#deps = deps
    this.#parts = parts
  }

  /** Sends the operations of a plan; reloads if HAProxy refuses one. */
  async sendOrReload(
    task: Task,
    todo: StepsWithFiles,
    from: StartingState & { readonly readMs: number; readonly wasUnread: boolean },
    startedAt: number,
    limits: TaskLimits,
  ): Promise<TaskResult> {
    const sent = await this.send(task, todo, from, startedAt, limits.signal)
    if (sent.kind === 'refused') {
      const refused = reloadPlan({ trigger: 'refused', reason: sent.reason })
      return this.reload(task, refused, startedAt, limits)
    }
    if (!task.isReadBack || !(from.wasUnread || this.#parts.serving.isAwaited)) return sent.result
    return this.#parts.serving.lookAgain(from.worker, sent.result, limits.signal)
  }

  /** Sends the operations of a plan: first those on lists, which only then are in the file. */
  async send(
    task: Task,
    todo: StepsWithFiles,
    from: StartingState & { readonly readMs: number },
    startedAt: number,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const { desired } = task
    this.#parts.known.forget()
    const { loaded, admission } = this.#parts
    const context = { ...this.#deps, pace: this.#pace, loaded, admission, signal }
    const lists = todo.files?.lists ?? []
    const refused = await this.#setLists(lists, signal)
    if (refused !== undefined) return { kind: 'refused', reason: refused }
    const operations = serverOperations(todo.plan.operations)
    const result = await sendOperations(operations, desired, from.servers, context)
    const tookMs = tookMsOf(task, startedAt)
    if (result.unexpected !== undefined) return { kind: 'refused', reason: result.unexpected }
    const done = [...lists.map(listOperation), ...result.done]
    this.#deps.statistics.operations(done)
    await this.#write(desired, todo, from.isFileCurrent)
    loaded.committed(todo.difference)
    this.#parts.known.changed(desired, from, { ...result, done }, { ...todo, at: startedAt })
    const isChanged = done.length > 0
    const readBackAfterMs = this.#parts.departures.readBackDelayMs(
      [...todo.plan.draining, ...result.notYetRemoved],
      isChanged,
    )
    if (!isChanged) recordGeneration(this.#deps.generations, 'adopted', task, todo.plan, tookMs)
    const outcome: Outcome = isChanged
      ? this.#applied('runtime', task, todo.plan, tookMs)
      : { kind: 'unchanged', plan: todo.plan }
    const admissionAfterMs = admission.pollDelayMs(from.readMs)
    return { kind: 'sent', result: { outcome, readBackAfterMs, admissionAfterMs } }
  }

  /** Sets lists; returns the reason why only a reload can do it, in words. */
  async #setLists(lists: readonly DesiredFile[], signal: AbortSignal): Promise<string | undefined> {
    if (lists.length === 0) return undefined
    const { runtime, steps } = this.#deps
    return steps.time('lists', () => setLists(runtime, lists, signal), problemFact)
  }

  /** Writes what HAProxy has now: a restart has to run the same. */
  async #write(
    desired: DesiredState,
    { plan, files }: StepsWithFiles,
    isFileCurrent: boolean,
  ): Promise<void> {
    const { file } = this.#deps
    if (files) await file.named.write([...files.lists, ...files.stale])
    if (!isFileCurrent) await file.commit(desired)
    // No query returns the options of a server, so a HAProxy that restarts has to have the new ones.
    if (plan.operations.some(({ kind }) => kind === 'replace')) await file.flush()
  }

  /** Reloads, unless that has to wait. */
  async reload(task: Task, todo: Plan, startedAt: number, limits: TaskLimits): Promise<TaskResult> {
    const { reloadLimiter, structural, statistics } = this.#deps
    this.#parts.known.forget()
    const postponed = await reloadLimiter.start(limits)
    if (postponed) return { outcome: postponed }
    const onWaiting = (ids: readonly string[]) => this.#parts.admission.wait(ids)
    const refusal = await structural.reload(task.desired, limits.signal, onWaiting)
    reloadLimiter.finished()
    if (refusal?.kind !== 'rejected') {
      this.#parts.loaded.reset()
      statistics.reload(todo, refusal === undefined)
    }
    if (refusal) return { outcome: refusal }
    this.#parts.loaded.runs(task.desired)
    this.#parts.departures.readBackDelayMs([], false)
    const outcome = this.#applied('reload', task, todo, tookMsOf(task, startedAt))
    // Read at once: the next change is then sent without a query before it.
    return { outcome, readBackAfterMs: 0 }
  }

  #applied(via: 'runtime' | 'reload', task: Task, todo: Plan, tookMs: number): Outcome {
    const generation = recordGeneration(this.#deps.generations, via, task, todo, tookMs)
    return { kind: 'applied', via, generation, plan: todo, tookMs }
  }
}

/** Returns the time since the call, its wait included; for a read-back or a retry since its begin. */
function tookMsOf({ isReadBack, calledAt }: Task, startedAt: number): number {
  return performance.now() - (isReadBack ? startedAt : (calledAt ?? startedAt))
}
