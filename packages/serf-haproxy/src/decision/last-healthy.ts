import { isDeepStrictEqual } from 'node:util'
import type { PoolMember } from 'haproxy-config-render'
import type { Facts, ServerFacts } from './evaluate-member.js'
import type { ResolvedMember } from './resolve-standing.js'

/** The members that a decision does not look at: their own facts are as before, and they serve. */
export interface SettledServers {
  /** Returns whether any settled server serves in a pool. */
  serveIn(pool: string): boolean
  /** Returns the pools in which a server of theirs is known to answer. */
  provenPools(servers: Facts['servers']): Iterable<string>
  /** Returns whether any has this member's address and tags. */
  hasTwinOf(member: PoolMember): boolean
}

const noSettled: SettledServers = {
  serveIn: () => false,
  provenPools: () => [],
  hasTwinOf: () => false,
}

/**
 * Keeps the traffic of a pool's last healthy servers, whatever else Serf, the
 * user's policy or the damping says. Pure.
 *
 * A server that HAProxy finds up loses its traffic only if another server of the
 * pool keeps its own, and HAProxy's check of that one has succeeded. A server
 * that lost its traffic before, and is up, gets it back where no other is left.
 * While HAProxy cannot be asked, no server counts as healthy: Serf alone is one
 * sign, and two are needed.
 *
 * | a server that would lose its traffic             | result                       |
 * |--------------------------------------------------|------------------------------|
 * | HAProxy does not have it, or finds it down       | as decided                   |
 * | another server of the pool is healthy            | as decided                   |
 * | its removal was accepted by hand                 | as decided                   |
 * | the user's policy drains it since earlier rounds | as decided                   |
 * | an operator drains it since earlier rounds       | as decided                   |
 * | its member is back under another name            | as decided                   |
 * | it left, and no other member is starting         | as decided: the pool ends    |
 * | it left, and other members are starting          | stays until they are healthy |
 * | any other                                        | stays                        |
 */
export function keepLastHealthy(
  resolved: readonly ResolvedMember[],
  { servers }: Pick<Facts, 'servers'>,
  settled: SettledServers = noSettled,
): readonly ResolvedMember[] {
  const losing = resolved.filter(each => losesTraffic(each, servers))
  if (losing.length === 0) return resolved
  const keeping = resolved.filter(isServing)
  const covered = new Set([
    ...keeping.flatMap(each => provenPools(each, servers)),
    ...settled.provenPools(servers),
  ])
  const starting = keeping.filter(({ status }) => status === 'alive')
  const isStarting = (pool: string) =>
    settled.serveIn(pool) || starting.some(({ known }) => !known || known.pools.includes(pool))
  const kept = new Map<string, string>()
  for (const each of losing) {
    const pools = each.known?.pools.filter(pool => !covered.has(pool)) ?? []
    const pool = pools.find(name => each.status !== 'left' || isStarting(name))
    if (pool === undefined || hasOtherName(each, starting) || settled.hasTwinOf(each.member))
      continue
    kept.set(each.name, `no other server of pool ${pool} is healthy in HAProxy`)
  }
  return resolved.map(each => {
    const reason = kept.get(each.name)
    return reason === undefined ? each : keptAsServing(each, reason)
  })
}

function isServing({ admitted }: ResolvedMember): boolean {
  return admitted !== undefined && !admitted.draining
}

/** Returns whether a server that HAProxy does not find down is to lose its traffic, or has lost it. */
function losesTraffic(resolved: ResolvedMember, servers: Facts['servers']): boolean {
  const { name, known, decidedBy } = resolved
  if (!known?.isAdmitted || known.isAccepted || isServing(resolved)) return false
  // An operator drains it, with the policy or by hand: it gets nothing back.
  const isWanted = decidedBy === 'user-policy' || decidedBy === 'operator'
  if (isWanted && known.isDraining) return false
  // Without HAProxy a failed member has its grace time, and then it goes.
  return servers ? servers.get(name)?.health === 'up' : decidedBy !== 'grace'
}

/** Returns the pools in which a server is known to answer. */
function provenPools({ name, known }: ResolvedMember, servers: Facts['servers']) {
  return known?.isAdmitted ? poolsProven(known.pools, servers?.get(name)) : []
}

/** Returns the pools in which a server with these facts is known to answer. */
export function poolsProven(pools: readonly string[], facts: ServerFacts | undefined) {
  return facts?.provenIn ?? (facts?.health === 'up' ? pools : [])
}

/** Returns whether another member that serves has its address and tags: one server under two names. */
function hasOtherName({ name, member }: ResolvedMember, serving: readonly ResolvedMember[]) {
  return serving.some(other => other.name !== name && isTwin(other.member, member))
}

/** Returns whether two members have the same address and tags. */
export function isTwin(a: PoolMember, b: PoolMember): boolean {
  return a.address === b.address && isDeepStrictEqual(a.tags, b.tags)
}

/** A suspect, and a member that flaps, serve on; every other change waits, and can be accepted. */
function keptAsServing(resolved: ResolvedMember, guard: string): ResolvedMember {
  const { action, member } = resolved
  const { draining: _, ...admitted } = member
  const isHeld = action !== 'suspend' && action !== 'serve'
  const standing = isHeld ? 'held' : 'serving'
  return { ...resolved, standing, admitted, guard, decidedBy: 'last-healthy' }
}
