import type { Cause } from './cause.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'
import type { TaskReport } from './task-report.js'

/** A configuration to apply. */
export interface Task {
  readonly desired: DesiredState
  /** The causes, one for each call that it includes. */
  readonly causes: readonly Cause[]
  /** True for a later check of what was applied before; no caller waits for it. */
  readonly isReadBack: boolean
  /** Time of the call, in milliseconds of `performance.now()`. */
  readonly calledAt?: number
  /** Called at the end of each run of the task. */
  readonly onReport?: ((report: TaskReport) => void) | undefined
}

/** The result of a task. */
export interface TaskResult {
  readonly outcome: Outcome
  /** Delay of the next read-back, in milliseconds; undefined if none is needed. */
  readonly readBackAfterMs?: number | undefined
  /** Delay of the next read that may admit servers; undefined if none waits for its check. */
  readonly admissionAfterMs?: number | undefined
}

/** Signals that end a task early. */
export interface TaskLimits {
  readonly signal: AbortSignal
  /** Aborts when a newer task waits. */
  readonly newer: AbortSignal
}
