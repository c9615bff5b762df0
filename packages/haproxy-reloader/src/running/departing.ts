import type { DesiredState } from '../plan/desired-state.js'
import type { ServerTable } from '../servers/server-table.js'
import type { ServerDifference } from '../plan/text-difference.js'

/** Names of servers that HAProxy has and that are not desired, by pool. */
export type Departing = Map<string, Set<string>>

/** Returns the running servers that are not desired. It looks at all servers. */
export function departingOf(servers: ServerTable, { pools }: DesiredState): Departing {
  const departing: Departing = new Map()
  for (const pool of pools) {
    const present = servers.of(pool.name)
    if (present.size === 0) continue
    const desired = new Set(pool.servers.map(({ name }) => name))
    for (const name of present.keys()) if (!desired.has(name)) note(departing, pool.name, name)
  }
  return departing
}

/** Brings the departing servers up to date after a change of the desired ones, and of HAProxy's. */
export function updateDeparting(
  departing: Departing,
  servers: ServerTable,
  { added, dropped }: ServerDifference,
): void {
  for (const id of dropped.keys()) note(departing, ...partsOf(id))
  for (const id of added.keys()) {
    const [pool, name] = partsOf(id)
    departing.get(pool)?.delete(name)
  }
  for (const [pool, names] of departing) {
    for (const name of names) if (!servers.of(pool).has(name)) names.delete(name)
    if (names.size === 0) departing.delete(pool)
  }
}

function note(departing: Departing, pool: string, name: string): void {
  const names = departing.get(pool) ?? new Set()
  departing.set(pool, names.add(name))
}

function partsOf(id: string): [pool: string, name: string] {
  const [pool = '', name = ''] = id.split('/')
  return [pool, name]
}
