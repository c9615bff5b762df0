import type { Action } from '../policy/action.js'

/** An order with its result. */
export type Done = Action & {
  /** Error of the driver; undefined if it accepted the order. */
  readonly error?: string | undefined
}

/** The result of a round for one pool. */
export interface PoolReport {
  /** Name of the pool. */
  readonly pool: string
  /** Reason why nothing is decided; undefined if there is none. */
  readonly doubt?: string | undefined
  /** Wanted size; undefined in doubt. */
  readonly wanted?: number | undefined
  /** Members that serve; undefined in doubt. */
  readonly healthy?: number | undefined
  /** Orders of this round. In a dry run the driver does not get them. */
  readonly actions: readonly Done[]
  /** Failures of earlier orders, in words. */
  readonly failures: readonly string[]
  /** Reasons why an order waits, in words. */
  readonly waits: readonly string[]
}

/** The result of one round. */
export interface RoundReport {
  /** Time of the round, in milliseconds since the epoch. */
  readonly at: number
  /** The pools, in the order of the configuration. */
  readonly pools: readonly PoolReport[]
}
