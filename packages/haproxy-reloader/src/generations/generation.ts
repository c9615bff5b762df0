import type { DesiredState } from '../plan/desired-state.js'
import type { Operation } from '../plan/operation.js'
import { ReloadError } from '../reload-error.js'

/** A configuration that HAProxy ran, and how it was applied. */
export interface Generation {
  /** From 1; continues over restarts if generations are kept. */
  readonly number: number
  /** Time of its application, in milliseconds since 1970. */
  readonly at: number
  /** The cause of the call, or else the reason of the plan. */
  readonly cause: string
  /** The way it was applied; `adopted` if HAProxy ran it already. */
  readonly via: 'runtime' | 'reload' | 'adopted'
  /** Reason and steps of the change. */
  readonly plan: { readonly reason: string; readonly operations: readonly Operation[] }
  /** The difference from the generation before, as `diff -u` writes it. */
  readonly diff: string
  /** Time from the call until HAProxy had it, in milliseconds. */
  readonly tookMs: number
}

/** A generation with its configuration, which can be applied again. */
export interface KeptGeneration extends Generation, DesiredState {}

/** A generation without its difference, which takes time to compute. */
export type ListedGeneration = Omit<Generation, 'diff'>

/** Returns the error of a file that holds no usable generation. */
export function brokenGeneration(
  path: string,
  number: number,
  what: string,
  cause?: unknown,
): ReloadError {
  const message = `Generation ${number} is not used: ${path} ${what}; remove the file`
  return new ReloadError('broken-generation', message, { cause })
}
