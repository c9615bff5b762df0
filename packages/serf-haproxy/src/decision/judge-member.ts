import type { PoolMember } from 'haproxy-config-render'
import type { MemberState } from '../state/agent-state.js'

/** What Serf says of a member. */
export interface SerfStatus {
  readonly status: MemberState['status']
  readonly suspect: boolean
}

/** What else is known of it. */
export interface MemberContext {
  /** Whether HAProxy was to have it until now. */
  readonly isAdmitted: boolean
  /** What HAProxy says: `absent` where it has no such server, `unknown` where it cannot be asked. */
  readonly health: 'up' | 'down' | 'absent' | 'unknown'
  /** How long Serf has called it failed, or has not told of it; 0 where it does not. */
  readonly doubtedForMs: number
  readonly failedGraceMs: number
}

/**
 * What a member on its own would get; a guard looks at all of them together.
 *
 * - `serve`: traffic
 * - `drain`: it leaves in order, so it finishes what it has
 * - `rest`: it is suspect, so it gets nothing new until that is settled
 * - `keep`: Serf lost it, and HAProxy finds it healthy
 * - `lose`: it is given up, though it did not leave
 * - `none`: HAProxy does not have it, and need not
 */
export interface Judgement {
  readonly action: 'serve' | 'drain' | 'suspend' | 'retain' | 'remove' | 'none'
  readonly reason: string
}

/**
 * What a single member is to get. Serf's word alone takes nobody out: a
 * cluster that is cut in two calls healthy members failed.
 *
 * | Serf says     | HAProxy was to have it, and          | action                        |
 * |---------------|--------------------------------------|-------------------------------|
 * | alive         |                                      | serve                         |
 * | alive, suspect| has it                               | rest                          |
 * | alive, suspect| has not                              | none: first it has to answer  |
 * | leaving       | does not find it down                | drain                         |
 * | leaving       | finds it down, or has not            | none: Serf may learn it later |
 * | failed, absent| finds it up, or cannot be asked      | keep, until the grace is over |
 * | failed, absent| the same, and the grace is over      | lose                          |
 * | failed, absent| finds it down                        | lose                          |
 * | failed, absent| has not                              | none                          |
 * | left          |                                      | none                          |
 */
export function judgeMember(
  { status, suspect }: SerfStatus,
  { isAdmitted, health, doubtedForMs, failedGraceMs }: MemberContext,
): Judgement {
  const isThere = isAdmitted && health !== 'absent'
  if (status === 'alive') {
    if (!suspect) return { action: 'serve', reason: 'Serf says that it is alive' }
    return isThere
      ? { action: 'suspend', reason: 'it is suspect: it did not answer a probe of the Serf agent' }
      : { action: 'none', reason: 'it is suspect, and has to answer before it gets traffic' }
  }
  if (status === 'leaving') {
    return isThere && health !== 'down'
      ? { action: 'drain', reason: 'it is leaving' }
      : { action: 'none', reason: 'it is leaving, and HAProxy sends nothing there' }
  }
  if (status === 'left') return { action: 'none', reason: 'it left' }
  const word =
    status === 'failed' ? 'Serf says that it failed' : 'Serf does not tell of it any more'
  if (!isThere) return { action: 'none', reason: word }
  if (health === 'down') return { action: 'remove', reason: `${word}, and HAProxy finds it down` }
  if (doubtedForMs >= failedGraceMs)
    return { action: 'remove', reason: `${word}, and its ${failedGraceMs} ms of grace are over` }
  const witness = health === 'up' ? 'HAProxy finds it healthy' : 'HAProxy cannot be asked'
  return { action: 'retain', reason: `${word}, but ${witness}` }
}

/** A member that may be in HAProxy, and what Serf says of it. */
export interface Candidate extends SerfStatus {
  readonly member: PoolMember
}
