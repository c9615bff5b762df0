import type { RunningServer } from 'haproxy-runtime'
import { isServing } from '../plan/joining-servers.js'
import { serverId } from '../servers/server-id.js'
import { isSame, type ConfirmedState } from '../running/confirmed-state.js'
import type { Departing } from '../running/departing.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'

/** The servers to read, and the purpose of the read. */
export interface NamedServers {
  /** Servers that were changed and not read back, as they are now or were before they were removed. */
  readonly unread: readonly RunningServer[]
  /** Servers, as `pool/name`, that wait for their first check. */
  readonly waiting: ReadonlySet<string>
  readonly departing: Departing
}

/** Result of a read of a few servers. */
export interface ReadServers {
  /** Active sessions of the departing servers, by `pool/name`. */
  readonly sessions: ReadonlyMap<string, number>
  /** The waiting servers as they are now. */
  readonly waiting: readonly RunningServer[]
}

/**
 * Reads only the servers whose state matters now, and notes it in the confirmed
 * state. Undefined if another worker answers, or if HAProxy does not have the
 * confirmed servers: then everything has to be read.
 */
export async function readNamedServers(
  { runtime }: Pick<ReconciliationDeps, 'runtime'>,
  { servers, worker }: ConfirmedState,
  { unread, waiting, departing }: NamedServers,
  signal: AbortSignal,
): Promise<ReadServers | undefined> {
  const waitingServers = [...waiting].flatMap(id => {
    const [pool = '', name = ''] = id.split('/')
    return servers.of(pool).get(name) ?? []
  })
  const leaving = [...departing].flatMap(([pool, names]) =>
    [...names].map(name => ({ pool, name })),
  )
  const asked = new Map(unread.map(server => [serverId(server), server]))
  const others = waitingServers.map(({ pool }) => firstServing(servers.of(pool)))
  for (const server of [...waitingServers, ...others])
    if (server) asked.set(serverId(server), server)
  const [{ pid }, found, statistics] = await Promise.all([
    runtime.info({ signal }),
    runtime.namedServers([...asked.values()], { signal }),
    leaving.length === 0 ? [] : runtime.statistics({ servers: leaving, signal }),
  ])
  if (pid !== worker) return undefined
  for (const server of found) {
    asked.delete(serverId(server))
    const known = servers.of(server.pool).get(server.name)
    if (!known || !isSame(known, server)) return undefined
  }
  // HAProxy does not have the remaining ones any more.
  for (const { pool, name } of asked.values()) if (servers.of(pool).has(name)) return undefined
  for (const server of found) servers.set(server)
  const isWaiting = (server: RunningServer) => waiting.has(serverId(server))
  return {
    sessions: new Map(
      statistics.map(server => [serverId(server), server.sessions + server.queued]),
    ),
    waiting: found.filter(isWaiting),
  }
}

function firstServing(servers: ReadonlyMap<string, RunningServer>): RunningServer | undefined {
  for (const server of servers.values()) if (isServing(server)) return server
  return undefined
}
