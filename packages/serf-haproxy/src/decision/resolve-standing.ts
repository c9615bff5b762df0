import type { PoolMember } from 'haproxy-config-render'
import type { Standing } from '../state/agent-state.js'
import { recentLeaveWindowMs } from './mass-change-guard.js'
import type { MemberEvaluation, Rules } from './evaluate-member.js'
import { hasFlapped } from './flap-damping.js'
import type { RememberedMember } from './member-memory.js'

/** One member with its standing. */
export interface ResolvedMember extends MemberEvaluation {
  readonly standing: Standing
  /** The member as HAProxy is to have it; undefined if it must not be in HAProxy. */
  readonly admitted: PoolMember | undefined
  /** The reason of a guard that keeps it as it is; undefined if none changed the standing. */
  readonly guard: string | undefined
}

/**
 * Resolves the standing of a member.
 *
 * @param guard - why the member's pool is guarded; undefined if it is not
 */
export function resolveStanding(
  evaluation: MemberEvaluation,
  guard: string | undefined,
): ResolvedMember {
  const { action, member, known, flapState } = evaluation
  const draining = { ...member, draining: true }
  const as = (standing: Standing, admitted: PoolMember | undefined): ResolvedMember => ({
    ...evaluation,
    standing,
    admitted,
    guard: undefined,
  })
  const { draining: _, ...kept } = member
  const guarded = (standing: Standing): ResolvedMember => ({
    ...as(standing, kept),
    decidedBy: 'guard',
    guard,
  })
  switch (action) {
    case 'serve':
      if (!flapState.isDamped || guard !== undefined) return as('serving', member)
      return {
        ...as('damped', known?.isAdmitted ? draining : undefined),
        decidedBy: 'damping',
        reason: 'it changed too often, and has to stay up for a while first',
      }
    case 'drain':
      // A member that leaves may always go; the policy may drain only some at once.
      return guard !== undefined && isDrainedByPolicy(evaluation)
        ? guarded('held')
        : as('draining', draining)
    case 'suspend':
      if (guard !== undefined) return guarded('serving')
      return flapState.isDamped
        ? { ...as('damped', draining), decidedBy: 'damping' }
        : as('draining', draining)
    case 'retain':
      return as('kept-by-health', member)
    case 'remove':
      if (guard === undefined || known?.isAccepted) return as('gone', undefined)
      return guarded('held')
    default:
      return as('gone', undefined)
  }
}

/** Returns whether the user's policy begins to drain a member; by hand it was not accepted. */
function isDrainedByPolicy({ decidedBy, known }: MemberEvaluation): boolean {
  return decidedBy === 'user-policy' && !known?.isDraining && !known?.isAccepted
}

/** Returns the memory of a member; undefined if nothing has to be remembered. */
export function memoryOf(
  resolved: ResolvedMember,
  { guard: { windowMs }, damping }: Pick<Rules, 'guard' | 'damping'>,
  now: number,
): RememberedMember | undefined {
  const { action, admitted, known, doubtedSince, leavingSince, flapState, member, status } =
    resolved
  const isLost = action === 'remove' && !admitted
  const lostAt = action === 'none' ? known?.lostAt : isLost && known?.isAdmitted ? now : undefined
  const isRecentLoss = lostAt !== undefined && now - lostAt < windowMs
  const isRecentLeave =
    leavingSince !== undefined && (status === 'leaving' || now - leavingSince < recentLeaveWindowMs)
  const isRecentlyGone = isRecentLoss || isRecentLeave
  const isRemembered = isRecentlyGone || hasFlapped(flapState, damping, now)
  if (!admitted && !isRemembered && doubtedSince === undefined) return undefined
  if (!admitted && !isRemembered && status === 'absent') return undefined
  return {
    member: { name: member.name, address: member.address, tags: member.tags },
    pools: known?.pools ?? [],
    isAdmitted: admitted !== undefined,
    ...(admitted?.draining && { isDraining: true }),
    ...(doubtedSince !== undefined && { doubtedSince }),
    ...(isRecentLoss && { lostAt }),
    ...(leavingSince !== undefined && { leavingSince }),
    ...(known?.isAccepted && action !== 'serve' && { isAccepted: true }),
    flapState,
  }
}

/** Returns whether HAProxy's checks, or time alone, may change the standing. */
export function mayChangeSoon(resolved: ResolvedMember): boolean {
  const { action, status, leavingSince, standing, flapState, decidedBy, known } = resolved
  // It stays so until the operator ends it.
  const isDrainedByHand = decidedBy === 'operator' && known?.isDraining === true
  return (
    (status === 'leaving' && leavingSince !== undefined) ||
    action === 'retain' ||
    (action === 'drain' && !isDrainedByHand) ||
    action === 'suspend' ||
    standing === 'held' ||
    flapState.isDamped
  )
}
