import { HaproxyError, type RunningServer } from 'haproxy-runtime'
import { isServing } from '../plan/joining-servers.js'
import type { ConfirmedState } from '../running/confirmed-state.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'

/** Servers of a pool that are read together with the asked ones: one of them is likely to take traffic. */
const samples = 3

/**
 * Reads the servers of some names in all pools again, and of each of these pools
 * a few others that took traffic. Undefined if HAProxy does not answer, or not
 * as it was confirmed.
 */
export async function lookAtServers(
  { runtime }: Pick<ReconciliationDeps, 'runtime'>,
  { desired, servers }: ConfirmedState,
  names: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<readonly RunningServer[] | undefined> {
  const asked: RunningServer[] = []
  for (const { name: pool } of desired.pools) {
    const present = servers.of(pool)
    const before = asked.length
    for (const name of names) {
      const server = present.get(name)
      if (server) asked.push(server)
    }
    if (asked.length > before) asked.push(...othersServing(present, names))
  }
  if (asked.length === 0) return []
  try {
    return await runtime.namedServers(asked, { signal })
  } catch (error) {
    if (error instanceof HaproxyError) return undefined
    throw error
  }
}

function othersServing(
  servers: ReadonlyMap<string, RunningServer>,
  names: ReadonlySet<string>,
): RunningServer[] {
  const found: RunningServer[] = []
  for (const server of servers.values()) {
    if (names.has(server.name) || !isServing(server)) continue
    found.push(server)
    if (found.length === samples) break
  }
  return found
}
