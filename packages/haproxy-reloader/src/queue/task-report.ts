import type { Outcome } from '../plan/outcome.js'

/** One run of a task, for traces. Times are milliseconds of `performance.now()`. */
export interface TaskReport {
  /** True for a later run, which reads the configuration back or tries it again. */
  readonly isReadBack: boolean
  readonly startedAt: number
  readonly endedAt: number
  /** Undefined for a run that failed with `error`. */
  readonly outcome?: Outcome
  readonly error?: unknown
  /** The steps of the run, in their order. */
  readonly steps: readonly TaskStep[]
}

/** One step of a task that waits for HAProxy or for its check. */
export interface TaskStep {
  /**
   * - `check`: the check of the text, `haproxy -c` by default
   * - `lists`: the transactions that set maps and ACLs
   * - `batch`: commands that are sent in one write
   * - `reload`: the reload itself
   * - `verify`: the first answers of the new worker, and the probe
   */
  readonly kind: 'check' | 'lists' | 'batch' | 'reload' | 'verify'
  readonly startedAt: number
  readonly endedAt: number
  /** Commands of a batch. */
  readonly commands?: number
  /** The reason why the step did not succeed, in words. */
  readonly problem?: string
}
