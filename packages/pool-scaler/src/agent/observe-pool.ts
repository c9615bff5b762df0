import type { MemberCondition, ObservedMember, ObservedPool } from '../policy/observed-pool.js'
import type { AgentView, ViewedMember, ViewedServer } from './agent-view.js'

/**
 * Returns a pool as the agent sees it; undefined if the agent has no such pool.
 * Servers that are not members are left out: nothing can start or stop them.
 *
 * @param isOwn - returns whether a member may be stopped; another one is `doubtful`
 *   while its check succeeds, and is left out while it fails
 */
export function observePool(
  view: AgentView,
  name: string,
  isOwn: (member: string) => boolean,
): ObservedPool | undefined {
  const pool = view.pools.find(each => each.name === name)
  if (!pool) return undefined
  const members = new Map(view.members.map(member => [member.name, member]))
  return {
    name,
    members: pool.servers.flatMap(server => {
      const member = members.get(server.name)
      const condition = member && conditionOf(server, member)
      if (condition === undefined) return []
      if (isOwn(server.name)) return [observed(server, condition)]
      if (condition === 'unhealthy') return []
      return [observed(server, condition === 'leaving' ? condition : 'doubtful')]
    }),
  }
}

function observed(server: ViewedServer, condition: MemberCondition): ObservedMember {
  const { name, sessions = 0, queued = 0, responseMs = 0 } = server
  return {
    name,
    condition,
    sessions,
    queued,
    // HAProxy reports 0 before the first request.
    responseMs: responseMs > 0 ? responseMs : undefined,
  }
}

function conditionOf(
  { health, status = '', check = '' }: ViewedServer,
  member: ViewedMember,
): MemberCondition {
  if (member.status === 'leaving' || member.status === 'left') return 'leaving'
  const isCertain =
    member.status === 'alive' &&
    !member.suspect &&
    member.standing === 'serving' &&
    member.guard === undefined
  if (!isCertain) return 'doubtful'
  const [word = ''] = status.split(' ')
  // An operator has put it into maintenance, or drains it.
  if (word === 'MAINT' || word === 'DRAIN' || word === 'NOLB') return 'doubtful'
  // A new server is up before its first check has ended.
  const isChecked = status === 'no check' || check !== ''
  return health === 'up' && isChecked ? 'healthy' : 'unhealthy'
}
