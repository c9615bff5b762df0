/**
 * Condition of a member of a pool, as the agent sees it.
 *
 * | condition   | the member                                             | counts as capacity |
 * |-------------|--------------------------------------------------------|--------------------|
 * | `healthy`   | serves, and passes HAProxy's check                     | yes                |
 * | `unhealthy` | lives in Serf, and does not pass HAProxy's check       | until it is hung   |
 * | `doubtful`  | is suspect, kept by a guard, or changed by an operator | yes                |
 * | `leaving`   | leaves in order                                        | no                 |
 */
export type MemberCondition = 'healthy' | 'unhealthy' | 'doubtful' | 'leaving'

/** One member that has a server in the pool. */
export interface ObservedMember {
  /** Name of the member: untrusted text. */
  readonly name: string
  /** Condition of the member. */
  readonly condition: MemberCondition
  /** Sessions that it has now. */
  readonly sessions: number
  /** Requests that wait for it. */
  readonly queued: number
  /** Its average response time in milliseconds; undefined without one. */
  readonly responseMs?: number | undefined
}

/** One pool at one moment. */
export interface ObservedPool {
  /** Name of the pool. */
  readonly name: string
  /** Members that have a server in the pool. */
  readonly members: readonly ObservedMember[]
}
