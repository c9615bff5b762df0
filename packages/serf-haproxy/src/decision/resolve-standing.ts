import type { PoolMember } from 'haproxy-config-render'
import type { Standing } from '../state/agent-state.js'
import { recentLeaveWindowMs } from './mass-change-guard.js'
import type { MemberEvaluation } from './evaluate-member.js'
import type { RememberedMember } from './member-memory.js'

/** One member, and its admitted: none where HAProxy is not to have it. */
export interface ResolvedMember extends MemberEvaluation {
  readonly standing: Standing
  readonly admitted: PoolMember | undefined
}

/** The member's standing and admitted, given why its pool is guarded. */
export function resolveStanding(each: MemberEvaluation, guard: string | undefined): ResolvedMember {
  const { action, member, reason, known, flapState } = each
  const finishing = { ...member, draining: true }
  const gone = { standing: 'gone' as const, admitted: undefined }
  switch (action) {
    case 'serve':
      if (!flapState.isDamped || guard !== undefined)
        return { ...each, standing: 'serving', admitted: member }
      return {
        ...each,
        standing: 'damped',
        reason: 'it came and went too often, and has to stay for a while first',
        admitted: known?.isAdmitted ? finishing : undefined,
      }
    case 'drain':
      return { ...each, standing: 'draining', admitted: finishing }
    case 'suspend':
      if (guard === undefined) {
        const standing = flapState.isDamped ? ('damped' as const) : ('draining' as const)
        return { ...each, standing, admitted: finishing }
      }
      return { ...each, standing: 'serving', reason: `${reason}; but ${guard}`, admitted: member }
    case 'retain':
      return { ...each, standing: 'kept-by-health', admitted: member }
    case 'remove':
      if (guard === undefined || known?.isAccepted) return { ...each, ...gone }
      return { ...each, standing: 'held', reason: `${reason}; but ${guard}`, admitted: member }
    default:
      return { ...each, ...gone }
  }
}

/** What to remember of a member; nothing where there is nothing to say. */
export function memoryOf(
  each: ResolvedMember,
  windowMs: number,
  now: number,
): RememberedMember | undefined {
  const { action, admitted, known, doubtedSince, leavingSince, flapState, member, status } = each
  const wasLost = action === 'remove' && !admitted
  const lostAt = action === 'none' ? known?.lostAt : wasLost && known?.isAdmitted ? now : undefined
  const isRecentLoss = lostAt !== undefined && now - lostAt < windowMs
  const isRecentLeave = leavingSince !== undefined && now - leavingSince < recentLeaveWindowMs
  const isRecentlyGone = isRecentLoss || isRecentLeave
  const isRestless = flapState.penalty > 0.1
  if (!admitted && !isRecentlyGone && !isRestless && doubtedSince === undefined) return undefined
  if (!admitted && !isRecentlyGone && !isRestless && status === 'absent') return undefined
  return {
    member: { name: member.name, address: member.address, tags: member.tags },
    pools: known?.pools ?? [],
    isAdmitted: admitted !== undefined,
    ...(doubtedSince !== undefined && { doubtedSince }),
    ...(isRecentLoss && { lostAt }),
    ...(leavingSince !== undefined && { leavingSince }),
    ...(known?.isAccepted && action !== 'serve' && { isAccepted: true }),
    flapState,
  }
}

/** Whether health, or time alone, may change it. */
export function mayChangeSoon({ action, standing, flapState }: ResolvedMember): boolean {
  return (
    action === 'retain' ||
    action === 'drain' ||
    action === 'suspend' ||
    standing === 'held' ||
    flapState.isDamped
  )
}
