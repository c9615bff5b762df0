import type { ServerWords } from './server-words.js'

/** The reason why a backend stays as it is. */
export interface Problem {
  /** Line of the whole text. */
  readonly line: number
  readonly reason: string
  readonly remedy: string
}

/** A pool of the agent's configuration; only what differs from the defaults. */
export interface PoolDraft {
  readonly name: string
  readonly mode?: 'tcp'
  readonly role: string
  readonly port: number | { readonly tag: string; readonly default: number }
  readonly weight?: number | { readonly tag: string; readonly default: number }
  readonly slowStartMs?: number
  readonly server?: ServerWords
}

/** A backend that is turned over to members. */
export interface TurnedOver {
  readonly kind: 'turned-over'
  /** Name and first line of the section. */
  readonly backend: string
  readonly line: number
  /** Lines of the servers that members replace. */
  readonly servers: readonly number[]
  readonly pool: PoolDraft
  /** Differences between members' lines and those that they replace. */
  readonly notes: readonly string[]
}

/** A backend that stays as it is. */
export interface Kept {
  readonly kind: 'kept'
  readonly backend: string
  readonly line: number
  readonly problem: Problem
}

export type Verdict = TurnedOver | Kept
