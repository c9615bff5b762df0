import type { MemberEvaluation } from './evaluate-member.js'
import { recentLeaveWindowMs, type Counted, type GuardLimits } from './mass-change-guard.js'

/** Yields the remembered members of each pool as the mass-change guard counts them. */
export function* countMembers(
  evaluations: readonly MemberEvaluation[],
  { windowMs }: GuardLimits,
  now: number,
): Generator<Counted> {
  const isWithin = (ms: number, at: number | undefined) => at !== undefined && now - at < ms
  for (const { name, action, decidedBy, known, leavingSince, flapState } of evaluations) {
    if (!known || known.isAccepted) continue
    const { pools, lostAt } = known
    const isDoubted = action === 'suspend' || action === 'retain' || action === 'remove'
    if (isWithin(recentLeaveWindowMs, leavingSince)) yield { name, pools, as: 'left' }
    else if (action === 'drain' && (decidedBy !== 'user-policy' || known.isDraining)) continue
    else if (decidedBy === 'user-policy' && action !== 'none')
      yield { name, pools, as: 'withdrawn' }
    else if (action !== 'none')
      yield { name, pools, as: isDoubted || flapState.isDamped ? 'doubted' : 'trusted' }
    else if (isWithin(windowMs, lostAt)) yield { name, pools, as: 'lost' }
  }
}
