import type { Cause } from './cause.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'

/** Something to be made so. */
export interface Task {
  readonly desired: DesiredState
  /** Why, in words, one for each call that it stands for. */
  readonly causes: readonly Cause[]
  /** Whether it is a look back at what was made so before, which nobody waits for. */
  readonly isLook: boolean
}

/** How a task ended. */
export interface TaskResult {
  readonly outcome: Outcome
  /** When to look back, in milliseconds; undefined where there is nothing to look for. */
  readonly lookAfterMs?: number | undefined
}

/** What ends a task before its time. */
export interface TaskLimits {
  readonly signal: AbortSignal
  /** Aborts when a newer task waits. */
  readonly newer: AbortSignal
}
