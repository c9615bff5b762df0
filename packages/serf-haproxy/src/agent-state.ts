import type { Quarantined } from 'haproxy-config-render'
import type { Outcome } from 'haproxy-reloader'
import type { Membership, MembershipCause } from 'serf-events'

/** What `serf-haproxy status` shows. */
export interface AgentState {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Whether the Serf agent answers. */
  readonly connected: boolean
  readonly serfError?: string
  readonly members: readonly {
    readonly name: string
    readonly address: string
    readonly status: string
    readonly tags: Readonly<Record<string, string>>
  }[]
  /** Members that cannot be printed safely, with the reason. */
  readonly quarantined: readonly Quarantined[]
  /** Members that Serf calls failed and HAProxy calls healthy. */
  readonly keptByHealth: readonly string[]
  /** How the last attempt to apply ended. */
  readonly outcome: Outcome | undefined
  /** Number of the configuration that runs, counted from this agent's start. */
  readonly generation: number
}

/** Something that the agent did or met, worth a line in a log. */
export type AgentEvent =
  | {
      readonly kind: 'membership'
      readonly before: Membership | undefined
      readonly after: Membership
    }
  | {
      readonly kind: 'outcome'
      readonly outcome: Outcome
      readonly cause: MembershipCause
      /** From the reading of the membership to the end of the attempt, in milliseconds. */
      readonly reactedInMs: number
    }
  | { readonly kind: 'quarantine'; readonly quarantined: readonly Quarantined[] }
  | { readonly kind: 'kept-by-health'; readonly members: readonly string[] }
  | { readonly kind: 'error'; readonly error: Error }
