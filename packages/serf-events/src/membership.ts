import type { Member, SerfError } from 'node-serf-client'

/** Reason for a snapshot. */
export type MembershipCause =
  | 'initial'
  /** A line of the agent's log. */
  | 'log'
  /** An event of the agent's stream. */
  | 'event'
  /** A request through {@link WatchOptions.refreshRequests}. */
  | 'refresh'
  /** The regular read of all members, at {@link WatchOptions.resyncMs} or more. */
  | 'resync'
  | 'reconnect'

/** Addresses of two nodes that claim one name: `HOST:PORT` of their gossip listeners. */
export interface NameConflict {
  /** Address of the node that the agent accepts as the member. */
  readonly mine: string
  /** Address of the other node. */
  readonly theirs: string
}

/**
 * Snapshot of all members that the agent knows.
 *
 * `connected: false` means that the agent is unreachable. `members` then holds
 * the last known members, which may be out of date.
 */
export interface Membership {
  /** Members by name. Versions of one map: `changedKeys` of versioned-map compares two snapshots quickly. */
  readonly members: ReadonlyMap<string, Member>
  /**
   * Members with the status `alive` that did not answer the agent's probe. They
   * fail within seconds, unless they refute the suspicion.
   */
  readonly suspects: ReadonlySet<string>
  /** Conflicts by member name: a second node claims the name. */
  readonly conflicts: ReadonlyMap<string, NameConflict>
  /** Name of the agent's own member; undefined before the first answer, or if the agent refuses to tell it. */
  readonly self?: string
  /** True while the agent answers; `members` are then up to date. */
  readonly connected: boolean
  /**
   * Source that reports changes: the agent's log, within milliseconds, or its
   * event stream, 1 to 3 seconds late. It is `events` if the agent provides no
   * log, or if no known log line reported the last change.
   */
  readonly changeSource: 'log' | 'events'
  /** Reason why the agent is unreachable, if `connected` is false. */
  readonly error?: SerfError
  /** Reason for this snapshot. */
  readonly cause: MembershipCause
  /** Time of the snapshot, in milliseconds since the epoch. */
  readonly at: number
  /**
   * Time when the change was first detected, in milliseconds of
   * `performance.now()`. Measure latencies from here.
   */
  readonly detectedAt: number
  /**
   * Time when the read of these members began, in milliseconds of `performance.now()`;
   * absent if the agent could not be asked.
   */
  readonly readAt?: number
}

/** Parts of a snapshot that {@link diffMembership} compares. */
export type Known = Pick<Membership, 'members'> &
  Partial<Pick<Membership, 'suspects' | 'conflicts'>>
