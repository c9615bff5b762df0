import type { DesiredPool, DesiredServer } from '../plan/desired-state.js'
import { splicesBetween } from '../sequence-splices.js'

/** The changed servers of one pool. */
export interface PoolChange {
  /** Index of the pool. */
  readonly pool: number
  readonly splices: readonly {
    readonly at: number
    /** Number of servers. */
    readonly removed: number
    readonly added: readonly DesiredServer[]
  }[]
}

/**
 * Returns the changed servers; undefined if the pools differ in more. Servers
 * that are the same object are not looked into.
 */
export function poolChanges(
  before: readonly DesiredPool[],
  after: readonly DesiredPool[],
): readonly PoolChange[] | undefined {
  if (before.length !== after.length) return undefined
  const changes: PoolChange[] = []
  for (const [i, pool] of after.entries()) {
    const old = before[i]
    if (old === pool) continue
    if (!old || withoutServers(old) !== withoutServers(pool)) return undefined
    const splices = splicesBetween(old.servers, pool.servers, isSameServer)
    if (splices.length === 0) continue
    const counted = splices.map(({ at, removed, added }) => ({
      at,
      removed: removed.length,
      added,
    }))
    changes.push({ pool: i, splices: counted })
  }
  return changes
}

/** Returns the pools after their changes. */
export function withPoolChanges(
  before: readonly DesiredPool[],
  changes: readonly PoolChange[],
): readonly DesiredPool[] {
  const pools = [...before]
  for (const { pool: index, splices } of changes) {
    const pool = pools[index]
    if (!pool) throw new RangeError(`Expected a pool ${index}, got ${pools.length} pools`)
    const servers: DesiredServer[] = []
    let from = 0
    for (const { at, removed, added } of splices) {
      servers.push(...pool.servers.slice(from, at), ...added)
      from = at + removed
    }
    pools[index] = { ...pool, servers: [...servers, ...pool.servers.slice(from)] }
  }
  return pools
}

/** Returns whether two lists of pools are equal. */
export function isSamePools(a: readonly DesiredPool[], b: readonly DesiredPool[]): boolean {
  return a === b || poolChanges(a, b)?.length === 0
}

function withoutServers(pool: DesiredPool): string {
  return JSON.stringify({ ...pool, servers: undefined })
}

function isSameServer(a: DesiredServer, b: DesiredServer): boolean {
  return a === b || (a.name === b.name && JSON.stringify(a) === JSON.stringify(b))
}
