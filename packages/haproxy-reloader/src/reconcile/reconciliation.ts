import { HaproxyError } from 'haproxy-runtime'
import { applyAtRuntime } from '../runtime/apply-at-runtime.js'
import { batchPace } from '../runtime/batch-pace.js'
import { afterOperations, driftSince, type ConfirmedState } from '../running/confirmed-state.js'
import { inWords } from '../queue/cause.js'
import type { Generation } from '../generations/generation.js'
import type { Outcome } from '../plan/outcome.js'
import { plan, reloadBecause, type Plan, type RunningState } from '../plan/plan.js'
import { readRunningState } from '../running/read-running-state.js'
import type { ReconciliationParts } from './reconciliation-parts.js'
import { settleDelayMs } from '../poll-delay.js'
import { stickyPools } from '../plan/skeleton.js'
import type { Task, TaskLimits, TaskResult } from '../queue/task.js'

/** How long changes may rest on HAProxy's replies alone where they leave no time to read back. */
const unreadForMs = 1000

/**
 * Brings HAProxy from what it runs to what is desired, one task after another.
 * What HAProxy confirmed is remembered, so that a change of servers can be sent
 * at once, without a question before it; it is read back afterwards.
 */
export class Reconciliation {
  readonly #parts: ReconciliationParts
  readonly #pace = batchPace()
  #confirmed: ConfirmedState | undefined
  /** When the first change was sent that is not read back yet. */
  #unreadSince: number | undefined
  /** Pools with dynamic cookies; they stay the same from reload to reload. */
  #sticky: ReadonlySet<string> | undefined
  #looks = 0

  constructor(parts: ReconciliationParts) {
    this.#parts = parts
  }

  async run(task: Task, limits: TaskLimits): Promise<TaskResult> {
    const startedAt = performance.now()
    if (!task.isLook) this.#looks = 0
    try {
      return (
        (await this.#fromConfirmed(task, startedAt, limits.signal)) ??
        (await this.#fromRunning(task, startedAt, limits))
      )
    } catch (error) {
      this.#confirmed = undefined
      const isAway = error instanceof HaproxyError && error.code !== 'unsafe-argument'
      if (!isAway || limits.signal.aborted) throw error
      const rejection = await this.#parts.structural.prepare(task.desired, limits.signal)
      return { outcome: rejection ?? { kind: 'deferred', cause: error.message } }
    }
  }

  /** The short way; undefined where a look at what runs has to come first. */
  async #fromConfirmed(
    task: Task,
    startedAt: number,
    signal: AbortSignal,
  ): Promise<TaskResult | undefined> {
    const known = this.#confirmed
    if (!known || startedAt - (this.#unreadSince ?? startedAt) > unreadForMs) return undefined
    const running = { ...known, sessions: new Map<string, number>(), overdue: new Set<string>() }
    const todo = plan(running, task.desired)
    if (todo.kind !== 'runtime') return undefined
    const sent = await this.#send(task, todo, running, startedAt, signal)
    return typeof sent === 'string' ? undefined : sent
  }

  async #fromRunning(task: Task, startedAt: number, limits: TaskLimits): Promise<TaskResult> {
    const { desired, isLook } = task
    const { file, runtime, clock } = this.#parts
    const overdue = clock.overdue(startedAt)
    const found = await readRunningState(runtime, file, desired, overdue, limits.signal)
    const known = this.#confirmed
    const drift = known && driftSince(known, found)
    if (drift !== undefined) this.#parts.tally.drift(drift)
    // A file that was edited under a worker that is still the same is not what that one runs.
    const isEdited = known?.worker === found.worker && found.text !== undefined
    const running = isEdited ? { ...found, text: known.text } : found
    const wasUnread = this.#unreadSince !== undefined
    this.#unreadSince = undefined
    const todo = plan(running, desired)
    if (todo.kind === 'reload') return this.#reload(task, todo, startedAt, limits)
    if (isLook && wasUnread && todo.operations.some(({ kind }) => kind !== 'remove')) {
      const reason = `HAProxy does not run what it confirmed: ${todo.reason}`
      const plan = reloadBecause({ trigger: 'unconfirmed', reason })
      return this.#reload(task, plan, startedAt, limits)
    }
    const isFileRight = found.text === desired.text && !found.isMarked
    const from = { ...running, text: isFileRight ? desired.text : undefined }
    const sent = await this.#send(task, todo, from, startedAt, limits.signal)
    if (typeof sent !== 'string') return sent
    const refused = reloadBecause({ trigger: 'refused', reason: sent })
    return this.#reload(task, refused, startedAt, limits)
  }

  /** Sends the operations of a plan; where HAProxy's reply is unexpected it is returned, in words. */
  async #send(
    task: Task,
    todo: Plan,
    from: RunningState & { readonly worker: number },
    startedAt: number,
    signal: AbortSignal,
  ): Promise<TaskResult | string> {
    const { runtime, file, tally } = this.#parts
    const { desired } = task
    this.#confirmed = undefined
    this.#sticky ??= stickyPools(desired.text)
    const { unexpected, done, notYetRemoved } = await applyAtRuntime(todo.operations, {
      runtime,
      pace: this.#pace,
      sizes: new Map(desired.pools.map(pool => [pool.name, pool.servers.length])),
      stickyPools: this.#sticky,
      onBatch: tally.batch,
      signal,
    })
    const tookMs = performance.now() - startedAt
    if (unexpected !== undefined) return unexpected
    tally.operations(done)
    // HAProxy has it; now a restart must run the same.
    if (from.text !== desired.text) await file.commit(desired.text)
    const servers = afterOperations(from.servers ?? [], todo.operations, notYetRemoved)
    this.#confirmed = { text: desired.text, servers, worker: from.worker }
    const isChanged = done.length > 0
    if (isChanged) this.#unreadSince ??= startedAt
    const lookAfterMs = this.#lookAfter([...todo.draining, ...notYetRemoved], isChanged)
    if (isChanged) return { outcome: this.#applied('runtime', task, todo, tookMs), lookAfterMs }
    this.#note('adopted', task, todo, tookMs)
    return { outcome: { kind: 'unchanged', plan: todo }, lookAfterMs }
  }

  async #reload(
    task: Task,
    todo: Plan,
    startedAt: number,
    limits: TaskLimits,
  ): Promise<TaskResult> {
    const { gate, structural, tally } = this.#parts
    this.#confirmed = undefined
    this.#sticky = undefined
    const closed = await gate.pass(limits)
    if (closed) return { outcome: closed }
    const refusal = await structural.reload(task.desired, limits.signal)
    gate.passed()
    if (refusal?.kind !== 'rejected') tally.reload(todo, refusal === undefined)
    if (refusal) return { outcome: refusal }
    this.#lookAfter([], false)
    return { outcome: this.#applied('reload', task, todo, performance.now() - startedAt) }
  }

  /** Departing servers are looked at later and later, until each is gone. */
  #lookAfter(departing: readonly string[], isUnread: boolean): number | undefined {
    this.#parts.clock.update(departing, performance.now())
    this.#looks = departing.length === 0 ? 0 : this.#looks + 1
    if (departing.length > 0) return settleDelayMs(this.#looks - 1)
    return isUnread ? 0 : undefined
  }

  #applied(via: 'runtime' | 'reload', task: Task, todo: Plan, tookMs: number): Outcome {
    const generation = this.#note(via, task, todo, tookMs)
    return { kind: 'applied', via, generation, plan: todo, tookMs }
  }

  /** Takes down what HAProxy runs now; its number. */
  #note(via: Generation['via'], { desired, causes }: Task, todo: Plan, tookMs: number): number {
    const { reason, operations } = todo
    const cause = inWords(causes) ?? reason
    const how = { at: Date.now(), cause, via, plan: { reason, operations }, tookMs }
    return this.#parts.generations.note(desired, how)
  }
}
