import { createPendingCauses } from '../queue/cause.js'
import { LatestJob, type JobLimits } from '../queue/latest-job.js'
import { retryDelayMs } from '../queue/retry-delay.js'
import type { Task, TaskResult } from '../queue/task.js'
import type { TaskSteps } from '../queue/task-steps.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'
import { ReloadError } from '../reload-error.js'
import type { PacedFile } from '../running/paced-file.js'
import type { GenerationLog } from '../generations/generation-log.js'
import type { Reconciliation } from './reconciliation.js'
import type { StatisticsRecorder } from './statistics.js'

/** Dependencies of an apply queue. */
export interface ApplyQueueDeps {
  readonly reconciliation: Reconciliation
  readonly generations: GenerationLog
  readonly statistics: StatisticsRecorder
  readonly file: PacedFile
  readonly steps: TaskSteps
}

/**
 * Applies configurations one at a time; of those that wait only the newest is
 * kept. It reads changes back and retries what was deferred or refused.
 */
export class ApplyQueue {
  readonly #deps: ApplyQueueDeps
  readonly #closing = new AbortController()
  readonly #causes = createPendingCauses()
  readonly #jobs: LatestJob<Task, Outcome>
  /** Retries in a row. */
  #failures = 0

  constructor(deps: ApplyQueueDeps) {
    this.#deps = deps
    this.#jobs = new LatestJob((task, limits) => this.#run(task, limits), { kind: 'superseded' })
  }

  /** @throws ReloadError `closed` after `close`, and what the task throws. */
  async apply(
    desired: DesiredState,
    {
      cause,
      signal,
      onReport,
    }: Pick<Task, 'onReport'> & { cause?: string; signal?: AbortSignal } = {},
  ): Promise<Outcome> {
    if (this.#closing.signal.aborted) throw closedError()
    const calledAt = performance.now()
    const task = { desired, causes: this.#causes.add(cause), isReadBack: false, calledAt, onReport }
    try {
      return await this.#jobs.run(task, signal)
    } catch (error) {
      if (cause !== undefined) this.#causes.remove(task.causes.slice(-1))
      throw error
    }
  }

  /** Resolves when no task runs, waits or is scheduled. */
  idle(): Promise<void> {
    return this.#jobs.idle()
  }

  /** Ends the running task and drops the waiting one. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#jobs.close()
  }

  async #run(task: Task, { signal: own, newer }: JobLimits): Promise<Outcome> {
    const { reconciliation, generations, statistics, file, steps } = this.#deps
    const closing = this.#closing.signal
    const signal = own ? AbortSignal.any([closing, own]) : closing
    try {
      await generations.opened()
      const result = await steps.report(task, () => reconciliation.run(task, { signal, newer }))
      const { outcome } = result
      if (!task.isReadBack || !isSilent(outcome)) statistics.outcome(outcome.kind)
      this.#schedule(task, result)
      if (!mayStillApply(outcome)) this.#causes.remove(task.causes)
      // HAProxy has the change. An earlier refusal of the disk is an error of this call too.
      if (file.isRefused) await file.flush()
      return outcome
    } catch (error) {
      if (closing.aborted) throw closedError(error)
      throw own?.aborted ? own.reason : error
    }
  }

  /** Schedules the read-back and the retry of a task. */
  #schedule(task: Task, { outcome, readBackAfterMs, admissionAfterMs }: TaskResult): void {
    const next = { ...task, isReadBack: true }
    if (readBackAfterMs !== undefined) this.#jobs.again(next, readBackAfterMs)
    else if (admissionAfterMs !== undefined) this.#jobs.retry(next, admissionAfterMs)
    const retryAfterMs = retryDelayMs(outcome.kind, task.isReadBack ? this.#failures : 0)
    this.#failures = retryAfterMs === undefined ? 0 : this.#failures + 1
    if (retryAfterMs !== undefined) this.#jobs.retry(next, retryAfterMs)
  }
}

/** Returns whether the configuration may still be applied, by itself or as part of a newer one. */
function mayStillApply({ kind }: Outcome): boolean {
  return kind === 'superseded' || kind === 'deferred'
}

/** Returns whether a later check of a configuration changed nothing. */
function isSilent({ kind }: Outcome): boolean {
  return kind === 'unchanged' || kind === 'superseded'
}

function closedError(cause?: unknown): ReloadError {
  return new ReloadError('closed', 'The reloader is closed and applies nothing', { cause })
}
