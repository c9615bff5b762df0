import type { Quarantined } from 'haproxy-config-render'
import type { Outcome } from 'haproxy-reloader'
import type { DiskPlace } from './refused-file.js'
import type { Standing } from './standing.js'

/** Changes of a member in Serf. */
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

/** An action that an operator asked for, with its end. */
export interface AgentAction {
  /** Name of the action. */
  readonly action: 'freeze' | 'thaw' | 'accept' | 'drain' | 'undrain' | 'release' | 'rollback'
  /** The generation that it is about, or the member: untrusted text. @defaultValue the whole agent */
  readonly target?: string
  /** The reason that the operator gave: untrusted text. @defaultValue none */
  readonly reason?: string
  /** `control socket`, or the address of the client; with the name that the client gave, which is untrusted text. */
  readonly by: string
  /** `done`, or the error in words. */
  readonly result: string
}

/** One event, as plain JSON data; `text` describes it in a sentence. Names are untrusted text. */
export type AgentEvent = { readonly text: string } & (
  | {
      /** Some members changed in Serf. */
      readonly kind: 'membership'
      /** Change that all of the members had. */
      readonly change: MemberChange
      /** Names of the members. */
      readonly members: readonly string[]
      /** Reason for the snapshot: `log`, `event`, `resync`, … */
      readonly cause: string
    }
  | {
      /** A member's standing changed. */
      readonly kind: 'decision'
      /** Name of the member. */
      readonly member: string
      /** Present standing. */
      readonly standing: Standing
      /** Standing before; absent for a member without one. */
      readonly before?: Standing
      /** Reason in words, on one line. */
      readonly reason: string
    }
  | {
      /** An attempt to apply ended with a new outcome. */
      readonly kind: 'outcome'
      /** Outcome of the attempt. */
      readonly outcome: Outcome
      /** Cause of the attempt, in words. */
      readonly cause: string
      /** Time from the report of the change until HAProxy ran it, in milliseconds. */
      readonly reactedInMs?: number
    }
  | {
      readonly kind: 'held'
      /** Rule of the guard that holds the removals, in words. */
      readonly reason: string
      /** Servers that would be removed, by pool and member. */
      readonly removals: readonly { readonly pool: string; readonly member: string }[]
    }
  | {
      /** An operator accepted the held removals. */
      readonly kind: 'accepted'
      /** Servers that are removed, by pool and member. */
      readonly removals: readonly { readonly pool: string; readonly member: string }[]
    }
  | {
      /** The guard holds no removal any more. */
      readonly kind: 'released'
    }
  | ({ readonly kind: 'action' } & AgentAction)
  | { readonly kind: 'frozen'; readonly reason?: string; readonly generation?: number }
  | { readonly kind: 'thawed' }
  | { readonly kind: 'quarantine'; readonly quarantined: readonly Quarantined[] }
  | {
      /** Serf failed members that HAProxy finds healthy; the agent has Serf rejoin them. */
      readonly kind: 'rejoin'
      /** Names of the members. */
      readonly members: readonly string[]
    }
  | { readonly kind: 'slow-round'; readonly tookMs: number }
  | { readonly kind: 'drift'; readonly count: number }
  | {
      readonly kind: 'connection'
      /** The peer. */
      readonly to: 'serf' | 'haproxy'
      /** True if the connection is up. */
      readonly isUp: boolean
      /** Reason why the peer does not answer. */
      readonly error?: string
    }
  | {
      /** A new configuration of the agent was accepted or rejected. */
      readonly kind: 'configuration'
      /** True if it is in use now. */
      readonly isAccepted: boolean
      /** Reason why it was rejected. */
      readonly error?: string
    }
  | {
      /** The disk refuses a file of the agent, or takes it again. */
      readonly kind: 'disk'
      /** Kind of the file. */
      readonly place: DiskPlace
      /** True if the disk takes it again. */
      readonly isOk: boolean
      /** Error of the disk, in words. */
      readonly error?: string
    }
  | {
      /** The probe through HAProxy fails, and passed before or is the first one. */
      readonly kind: 'probe-failed'
      /** Problem that the probe found, in words. */
      readonly error: string
    }
  | { readonly kind: 'probe-passed' }
  | {
      /** A file or folder was not as expected; it was repaired or set aside. */
      readonly kind: 'repair'
    }
  | { readonly kind: 'error'; readonly code?: string; readonly error: string }
)

/** An event with its number, from 1, and its time in milliseconds since the epoch. */
export type TimelineEntry = { readonly seq: number; readonly at: number } & AgentEvent

/** Most texts in the cause of one change: the newest ones. */
export const maxCauses = 5
