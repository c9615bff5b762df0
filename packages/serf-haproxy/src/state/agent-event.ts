import type { Quarantined } from 'haproxy-config-render'
import type { Outcome } from 'haproxy-reloader'
import type { Standing } from './agent-state.js'

/** How a member changed in Serf's eyes. */
export type MemberChange =
  | 'joined'
  | 'left'
  | 'failed'
  | 'updated'
  | 'leaving'
  | 'suspected'
  | 'refuted'
  | 'conflicting'
  | 'reconciled'

/** What happened, as plain JSON data; `text` says it in a sentence. Names are hostile text. */
export type AgentEvent = { readonly text: string } & (
  | {
      /** Serf's view of some members changed. */
      readonly kind: 'membership'
      readonly change: MemberChange
      readonly members: readonly string[]
      /** What told of it: `doorbell`, `stream`, `resync`, … */
      readonly cause: string
    }
  | {
      /** A member's standing changed. */
      readonly kind: 'decision'
      readonly member: string
      readonly standing: Standing
      readonly before?: Standing
      readonly reason: string
    }
  | {
      /** An attempt to apply ended, and not as the one before. */
      readonly kind: 'outcome'
      readonly outcome: Outcome
      /** What it was applied for, in words. */
      readonly cause: string
      /** From the doorbell until HAProxy had it, in milliseconds. */
      readonly reactedInMs?: number
    }
  | {
      readonly kind: 'held'
      readonly reason: string
      readonly removals: readonly { readonly pool: string; readonly member: string }[]
    }
  | {
      /** Held removals were accepted by hand. */
      readonly kind: 'accepted'
      readonly removals: readonly { readonly pool: string; readonly member: string }[]
    }
  | {
      /** Nothing is held any more. */
      readonly kind: 'released'
    }
  | { readonly kind: 'frozen'; readonly reason?: string; readonly generation?: number }
  | { readonly kind: 'thawed' }
  | { readonly kind: 'quarantine'; readonly quarantined: readonly Quarantined[] }
  | { readonly kind: 'damped'; readonly member: string; readonly isDamped: boolean }
  | {
      /** Serf lost members that HAProxy finds healthy, and looks for them. */
      readonly kind: 'rejoin'
      readonly members: readonly string[]
    }
  | { readonly kind: 'drift'; readonly count: number }
  | {
      readonly kind: 'connection'
      readonly to: 'serf' | 'haproxy'
      readonly isUp: boolean
      readonly error?: string
    }
  | {
      /** The agent's own configuration was read anew, or refused. */
      readonly kind: 'configuration'
      readonly isAccepted: boolean
      readonly error?: string
    }
  | { readonly kind: 'error'; readonly code?: string; readonly error: string }
)

/** An event, when it happened (milliseconds since the epoch), and its number, from 1. */
export type TimelineEntry = { readonly seq: number; readonly at: number } & AgentEvent

/** Most texts in the cause of one change. */
export const mostTexts = 5
