import type { MemberState } from '../state/agent-state.js'

/** A member's status in Serf. */
export interface SerfStatus {
  readonly status: MemberState['status']
  readonly suspect: boolean
}

/** Facts about a member from other sources than Serf. */
export interface MemberContext {
  /** Set if HAProxy was to have the member until now. */
  readonly isAdmitted: boolean
  /** The result of HAProxy's check: `absent` without such a server, `unknown` if HAProxy cannot be asked. */
  readonly health: 'up' | 'down' | 'absent' | 'unknown'
  /** Time for which Serf has reported the member failed, or not at all; otherwise 0. */
  readonly doubtedForMs: number
  readonly failedGraceMs: number
  /** Time for which Serf has reported the member leaving; otherwise 0. */
  readonly leavingForMs: number
  readonly leavingGraceMs: number
}

/** The rule that decides on a member. */
export type DecisionRule = NonNullable<MemberState['decidedBy']>

/**
 * The action for a member on its own; the guard looks at all members together.
 *
 * - `serve`: it gets traffic
 * - `drain`: it leaves in order, so it finishes its sessions
 * - `suspend`: it is suspect, so it gets no new sessions until it answers
 * - `retain`: Serf lost it, and HAProxy finds it healthy
 * - `remove`: it is removed, although it did not leave
 * - `none`: HAProxy does not have it, and does not need to
 */
export interface Judgement {
  readonly action: 'serve' | 'drain' | 'suspend' | 'retain' | 'remove' | 'none'
  readonly decidedBy: DecisionRule
  readonly reason: string
}

/** Returns whether a failed member has used up its grace time. */
export function isGraceOver(doubtedForMs: number, failedGraceMs: number): boolean {
  return doubtedForMs >= failedGraceMs
}

/**
 * Decides on a single member. The status in Serf alone removes no server: to
 * each half of a cluster that is cut in two, the healthy members of the other
 * half look failed.
 *
 * | status in Serf | HAProxy                               | action                            |
 * |----------------|---------------------------------------|-----------------------------------|
 * | alive          |                                       | serve                             |
 * | alive, suspect | has it                                | suspend                           |
 * | alive, suspect | does not have it                      | none: it has to answer first      |
 * | leaving        | has it, and does not find it down     | drain                             |
 * | leaving        | finds it down, or does not have it    | none: Serf may learn it later     |
 * | leaving        | could be asked after the grace time   | serve: it does not leave          |
 * | failed, absent | finds it up, or cannot be asked       | retain until the grace time ends  |
 * | failed, absent | the same, and the grace time is over  | remove                            |
 * | failed, absent | finds it down                         | remove                            |
 * | failed, absent | does not have it                      | none                              |
 * | left           |                                       | none                              |
 */
export function judgeMember({ status, suspect }: SerfStatus, context: MemberContext): Judgement {
  const { isAdmitted, health, doubtedForMs, failedGraceMs } = context
  const isInHaproxy = isAdmitted && health !== 'absent'
  if (status === 'alive') return suspect ? judgeSuspect(isInHaproxy) : alive
  if (status === 'leaving') return judgeLeaving(isInHaproxy, context)
  if (status === 'left') return left
  const serf = status === 'failed' ? 'failed in Serf' : 'no longer known to Serf'
  if (!isInHaproxy) return { action: 'none', decidedBy: 'serf-status', reason: serf }
  if (health === 'down')
    return { action: 'remove', decidedBy: 'health', reason: `${serf}, and HAProxy finds it down` }
  if (isGraceOver(doubtedForMs, failedGraceMs)) {
    const reason = `${serf}, and its grace time of ${failedGraceMs} ms is over`
    return { action: 'remove', decidedBy: 'grace', reason }
  }
  return health === 'up'
    ? { action: 'retain', decidedBy: 'health', reason: `${serf}, but HAProxy finds it healthy` }
    : { action: 'retain', decidedBy: 'grace', reason: `${serf}, but HAProxy cannot be asked` }
}

const alive: Judgement = { action: 'serve', decidedBy: 'serf-status', reason: 'alive in Serf' }
const leaving: Judgement = { action: 'drain', decidedBy: 'serf-status', reason: 'it is leaving' }
const leavingAndDown: Judgement = {
  action: 'none',
  decidedBy: 'health',
  reason: 'it is leaving, and HAProxy sends it no traffic',
}
const left: Judgement = { action: 'none', decidedBy: 'serf-status', reason: 'it left' }

/**
 * A leave ends within seconds: a member that HAProxy had, and that stays, does
 * not leave. If HAProxy finds it down, or does not have it any more, its check
 * decides on its traffic, as for any member that is alive.
 */
function judgeLeaving(
  isInHaproxy: boolean,
  { health, leavingForMs, leavingGraceMs }: MemberContext,
): Judgement {
  const isUnseen = isInHaproxy && health === 'unknown'
  if (!isUnseen && isGraceOver(leavingForMs, leavingGraceMs)) {
    const reason = `leaving in Serf for more than ${leavingGraceMs} ms, so it does not leave`
    return { action: 'serve', decidedBy: 'health', reason }
  }
  return isInHaproxy && health !== 'down' ? leaving : leavingAndDown
}

function judgeSuspect(isInHaproxy: boolean): Judgement {
  return isInHaproxy
    ? {
        action: 'suspend',
        decidedBy: 'suspicion',
        reason: 'it is suspect: no answer to a probe of the Serf agent',
      }
    : {
        action: 'none',
        decidedBy: 'suspicion',
        reason: 'it is suspect, and has to answer before it gets traffic',
      }
}
