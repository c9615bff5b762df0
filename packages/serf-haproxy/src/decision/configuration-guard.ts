import type { Facts } from './evaluate-member.js'
import { guardedPools, type Counted, type GuardLimits } from './mass-change-guard.js'

/** The servers that get traffic, by pool. */
export type ServingServers = ReadonlyMap<string, ReadonlySet<string>>

/** The effect of a new configuration of the agent on the servers of each pool. */
export interface ConfigurationChange {
  /** The servers that get traffic by the configuration in use. */
  readonly before: ServingServers
  /** The servers that get traffic by the new configuration. */
  readonly after: ServingServers
  /** Pools that the new configuration removes on purpose. */
  readonly retired: ReadonlySet<string>
  /** Pools with servers that the new template prints nowhere. */
  readonly unprinted: ReadonlySet<string>
  /** Members that may serve but for the configuration: they do not leave, and Serf does not doubt them. */
  readonly fit: ReadonlySet<string>
  /** All members as the decision counts them. */
  readonly counts: readonly Counted[]
  /** HAProxy's servers by name; undefined if it was not asked. */
  readonly servers: Facts['servers']
}

/** A pool that a new configuration would take too much from. */
export interface GuardedPool {
  readonly pool: string
  readonly reason: string
  /** The servers that it would take away. */
  readonly members: readonly string[]
  /** Number of servers that get traffic in the pool now. */
  readonly size: number
}

/**
 * Returns the pools that a new configuration must not change by itself. The
 * limits are those of the mass-change guard; a pool with servers that the
 * template prints nowhere is guarded at any limit, and so is one that would be
 * left without a server that HAProxy finds healthy. Pure.
 */
export function guardedByConfiguration(
  change: ConfigurationChange,
  limits: Pick<GuardLimits, 'maxLostShare' | 'minServers'>,
): readonly GuardedPool[] {
  const withdrawn = withdrawals(change)
  if (withdrawn.size === 0) return []
  const guarded = guardedPools(counted(change, withdrawn), limits)
  return [...withdrawn].flatMap(([pool, members]) => {
    const reason = change.unprinted.has(pool)
      ? `the template prints pool ${pool} nowhere`
      : (guarded.get(pool) ?? lastHealthy(change, pool, members))
    const size = change.before.get(pool)?.size ?? 0
    return reason === undefined ? [] : [{ pool, reason, members, size }]
  })
}

/** Returns a reason if the servers that a pool would lose include its last healthy ones. */
function lastHealthy(
  { after, servers }: ConfigurationChange,
  pool: string,
  withdrawn: readonly string[],
): string | undefined {
  if (!withdrawn.some(name => servers?.get(name)?.health === 'up')) return undefined
  const isHealthy = (name: string) => {
    const { health, provenIn } = servers?.get(name) ?? { health: 'down' as const }
    return provenIn ? provenIn.includes(pool) : health === 'up'
  }
  if ([...(after.get(pool) ?? [])].some(isHealthy)) return undefined
  return `no other server of pool ${pool} is healthy in HAProxy`
}

/** Returns the servers that the new configuration alone takes the traffic from, by pool. */
function withdrawals({
  before,
  after,
  retired,
  fit,
}: ConfigurationChange): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const [pool, servers] of before) {
    if (retired.has(pool)) continue
    const next = after.get(pool)
    const members = [...servers].filter(name => !next?.has(name) && fit.has(name))
    if (members.length > 0) found.set(pool, members.toSorted())
  }
  return found
}

/** Counts the members of each such pool: the servers of both configurations, and those in doubt. */
function* counted(
  { after, counts }: ConfigurationChange,
  withdrawn: ReadonlyMap<string, readonly string[]>,
): Generator<Counted> {
  for (const [pool, members] of withdrawn) {
    const taken = new Set(members)
    const doubts = new Map(
      counts
        .filter(
          ({ name, pools, as }) => as !== 'trusted' && pools.includes(pool) && !taken.has(name),
        )
        .map(({ name, as }) => [name, as]),
    )
    const trusted = [...(after.get(pool) ?? [])].filter(name => !doubts.has(name))
    for (const name of members) yield { name, pools: [pool], as: 'withdrawn' }
    for (const name of trusted) yield { name, pools: [pool], as: 'trusted' }
    for (const [name, as] of doubts) yield { name, pools: [pool], as }
  }
}
