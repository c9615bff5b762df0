import type { PoolMember } from 'haproxy-config-render'
import type { Standing } from '../state/agent-state.js'
import { leftTogetherMs } from './mass-change-guard.js'
import type { Look } from './evaluate-member.js'
import type { RememberedMember } from './member-memory.js'

/** One member, and its place: none where HAProxy is not to have it. */
export interface Settled extends Look {
  readonly standing: Standing
  readonly place: PoolMember | undefined
}

/** The member's standing and place, given why its pool is guarded. */
export function settle(each: Look, guard: string | undefined): Settled {
  const { course, member, reason, known, unrest } = each
  const finishing = { ...member, draining: true }
  const gone = { standing: 'gone' as const, place: undefined }
  switch (course) {
    case 'serve':
      if (!unrest.isDamped || guard !== undefined)
        return { ...each, standing: 'serving', place: member }
      return {
        ...each,
        standing: 'damped',
        reason: 'it came and went too often, and has to stay for a while first',
        place: known?.isAdmitted ? finishing : undefined,
      }
    case 'drain':
      return { ...each, standing: 'draining', place: finishing }
    case 'rest':
      if (guard === undefined) {
        const standing = unrest.isDamped ? ('damped' as const) : ('draining' as const)
        return { ...each, standing, place: finishing }
      }
      return { ...each, standing: 'serving', reason: `${reason}; but ${guard}`, place: member }
    case 'keep':
      return { ...each, standing: 'kept-by-health', place: member }
    case 'lose':
      if (guard === undefined || known?.isAccepted) return { ...each, ...gone }
      return { ...each, standing: 'held', reason: `${reason}; but ${guard}`, place: member }
    default:
      return { ...each, ...gone }
  }
}

/** What to remember of a member; nothing where there is nothing to say. */
export function remembered(
  each: Settled,
  windowMs: number,
  now: number,
): RememberedMember | undefined {
  const { course, place, known, doubtedSince, leavingSince, unrest, member, status } = each
  const wasLost = course === 'lose' && !place
  const lostAt = course === 'none' ? known?.lostAt : wasLost && known?.isAdmitted ? now : undefined
  const isRecentLoss = lostAt !== undefined && now - lostAt < windowMs
  const isRecentLeave = leavingSince !== undefined && now - leavingSince < leftTogetherMs
  const isRecentlyGone = isRecentLoss || isRecentLeave
  const isRestless = unrest.penalty > 0.1
  if (!place && !isRecentlyGone && !isRestless && doubtedSince === undefined) return undefined
  if (!place && !isRecentlyGone && !isRestless && status === 'absent') return undefined
  return {
    member: { name: member.name, address: member.address, tags: member.tags },
    pools: known?.pools ?? [],
    isAdmitted: place !== undefined,
    ...(doubtedSince !== undefined && { doubtedSince }),
    ...(isRecentLoss && { lostAt }),
    ...(leavingSince !== undefined && { leavingSince }),
    ...(known?.isAccepted && course !== 'serve' && { isAccepted: true }),
    unrest,
  }
}

/** Whether health, or time alone, may change it. */
export function isUnsettled({ course, standing, unrest }: Settled): boolean {
  return (
    course === 'keep' ||
    course === 'drain' ||
    course === 'rest' ||
    standing === 'held' ||
    unrest.isDamped
  )
}
