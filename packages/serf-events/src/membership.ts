import type { Member, SerfError } from 'node-serf-client'

/** Why a snapshot was taken. */
export type MembershipCause =
  | 'initial'
  /** A line of the agent's log. */
  | 'log'
  /** An event of the agent's stream. */
  | 'event'
  /** {@link WatchOptions.refreshRequests}. */
  | 'refresh'
  /** The timer. */
  | 'resync'
  | 'reconnect'

/** Two nodes claim one name: the addresses are `HOST:PORT` of their gossip listeners. */
export interface NameConflict {
  /** The node whom the agent takes for the member. */
  readonly mine: string
  readonly theirs: string
}

/**
 * Everybody whom the agent knows, at one moment.
 *
 * `connected: false` means that the agent cannot be reached: `members` is then
 * what was known last, and says nothing on who is there now.
 */
export interface Membership {
  readonly members: ReadonlyMap<string, Member>
  /**
   * Members that are alive to Serf, but did not answer the agent's probe: they
   * will have failed within seconds, unless they refute it.
   */
  readonly suspects: ReadonlySet<string>
  /** Names that a second node claims now. */
  readonly conflicts: ReadonlyMap<string, NameConflict>
  readonly connected: boolean
  /**
   * What tells of changes: the agent's log, within milliseconds, or its event
   * stream, 1 to 3 seconds late. It is `stream` where the agent gives no log,
   * and where the last change was told by no line that is understood.
   */
  readonly changeSource: 'log' | 'events'
  /** Why the agent cannot be reached, where `connected` is false. */
  readonly error?: SerfError
  readonly cause: MembershipCause
  /** When the snapshot was read, in milliseconds since the epoch. */
  readonly at: number
  /**
   * When the change was first heard of, in milliseconds of `performance.now()`:
   * reading and everything behind it is measured from here.
   */
  readonly detectedAt: number
}

/** What a difference between snapshots is made of. */
export type Known = Pick<Membership, 'members'> &
  Partial<Pick<Membership, 'suspects' | 'conflicts'>>
