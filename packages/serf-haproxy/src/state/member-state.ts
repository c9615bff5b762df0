import type { Standing } from './standing.js'

/** One member of the cluster. Names and tags are untrusted text. */
export interface MemberState {
  /** Name of the member: untrusted text. */
  readonly name: string
  /** IP address of the member. */
  readonly address: string
  /** Status in Serf; `absent` for a member that served and is no longer in Serf. */
  readonly status: 'none' | 'alive' | 'leaving' | 'left' | 'failed' | 'absent'
  /** True if the member did not answer a probe of the Serf agent. */
  readonly suspect: boolean
  /** Values of its tags, by tag: untrusted text. */
  readonly tags: Readonly<Record<string, string>>
  /** Names of the pools with a server of the member. */
  readonly pools: readonly string[]
  /** Result of the last decision on the member. */
  readonly standing: Standing
  /** The reason, in words, on one line. */
  readonly reason: string
  /**
   * The rule that decided on the standing; undefined before the first decision.
   *
   * - `serf-connection`: the Serf agent cannot be asked, so nothing changes
   * - `serf-status`: the status in Serf
   * - `suspicion`: no answer to a probe of the Serf agent
   * - `health`: HAProxy's own check
   * - `grace`: the grace time of a failed member
   * - `operator`: a drain that an operator asked for
   * - `user-policy`: the policy module of the configuration
   * - `damping`: too many changes in a short time
   * - `guard`: the guard against mass changes
   * - `last-healthy`: no other server of its pool is healthy in HAProxy
   * - `selection`: the conditions of the pools
   * - `fitness`: a value that a pool, or HAProxy, does not accept
   */
  readonly decidedBy?:
    | 'serf-connection'
    | 'serf-status'
    | 'suspicion'
    | 'health'
    | 'grace'
    | 'operator'
    | 'user-policy'
    | 'damping'
    | 'guard'
    | 'last-healthy'
    | 'selection'
    | 'fitness'
  /** The reason why a guard keeps the member as it is. */
  readonly guard?: string
}
