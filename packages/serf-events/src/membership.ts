import type { Member, SerfError } from 'node-serf-client'

/** Why a snapshot was taken. */
export type MembershipCause = 'initial' | 'doorbell' | 'stream' | 'resync' | 'reconnect'

/**
 * Everybody whom the agent knows, at one moment.
 *
 * `connected: false` means that the agent cannot be reached: `members` is then
 * what was known last, and says nothing on who is there now.
 */
export interface Membership {
  readonly members: ReadonlyMap<string, Member>
  readonly connected: boolean
  /** Why the agent cannot be reached, where `connected` is false. */
  readonly error?: SerfError
  readonly cause: MembershipCause
  /** When the snapshot was read, in milliseconds since the epoch. */
  readonly at: number
}
