import {
  command,
  hasHealthCheck,
  HaproxyError,
  type RunningServer,
  type RuntimeClient,
} from 'haproxy-runtime'
import type { DesiredServer, DesiredState } from '../plan/desired-state.js'
import { inheritedByPool } from '../plan/inherited-options.js'
import { servedPools } from '../plan/joining-servers.js'
import { isSameAddress } from '../servers/same-address.js'
import { serverId } from '../servers/server-id.js'
import type { DownServer } from './server-state-file.js'

/** The servers that a new worker has down from its start. */
export interface KnownHealth {
  readonly down: readonly DownServer[]
  /** Those of them, as `pool/name`, that wait for their first successful health check. */
  readonly waiting: readonly string[]
}

/**
 * Returns the desired servers that a new worker must not take for healthy: those
 * that their health check finds down, and those that join by the reload, unless
 * no server of their pool takes traffic now. None if HAProxy does not answer.
 * The health of another address or port is no knowledge about a server, even
 * under its name.
 */
export async function knownHealth(
  runtime: RuntimeClient,
  desired: DesiredState,
  signal: AbortSignal,
): Promise<KnownHealth> {
  const known = (await runningOf(runtime, desired, signal)) ?? []
  if (known.length === 0) return { down: [], waiting: [] }
  const running = new Map(known.map(server => [serverId(server), server]))
  const inherited = inheritedByPool(desired.text)
  const down: DownServer[] = []
  const waiting: string[] = []
  for (const { name: pool, servers } of desired.pools) {
    const kept = servers.flatMap(server => {
      const now = running.get(serverId({ pool, name: server.name }))
      return now && isAt(now, server) && server.weight > 0 ? now : []
    })
    const isServed = servedPools(kept, []).has(pool)
    for (const server of servers) {
      const id = serverId({ pool, name: server.name })
      const now = running.get(id)
      const isKnown = now !== undefined && isAt(now, server) && now.admin !== 'maint'
      const isChecked = hasHealthCheck(`${inherited.get(pool) ?? ''} ${server.options}`)
      const isDown = isKnown && now.checked && now.health === 'down'
      const isWaiting = isServed && !isKnown && isChecked
      if (isDown || isWaiting) down.push({ pool, name: server.name, port: server.port })
      if (isWaiting || (isDown && now.lastCheck === 'none')) waiting.push(id)
    }
  }
  return { down, waiting }
}

/** Returns the servers of the desired pools that HAProxy has; undefined if it does not answer. */
async function runningOf(
  runtime: RuntimeClient,
  { pools }: DesiredState,
  signal: AbortSignal,
): Promise<readonly RunningServer[] | undefined> {
  const read = (names: readonly string[]) => runtime.servers(names, { signal })
  const names = pools.map(({ name }) => name)
  try {
    return await read(names)
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    if (error.code !== 'refused' || names.length < 2) return undefined
    // One of the pools is new.
    const each = await Promise.all(
      pools.map(pool => runningOf(runtime, { text: '', pools: [pool] }, signal)),
    )
    return each.flatMap(servers => servers ?? [])
  }
}

function isAt(server: RunningServer, { address, port }: DesiredServer): boolean {
  return server.port === port && isSameAddress(server.address, address)
}

/**
 * Marks servers as down in a new worker. Without this the worker would treat
 * them as up, and send them requests, until its own health checks have failed.
 * A server that the new worker has checked already keeps that result, and a
 * refusal is ignored: the health checks will find the server down.
 *
 * @param servers - as the new worker has them
 */
export async function markDown(
  runtime: RuntimeClient,
  { down }: Pick<KnownHealth, 'down'>,
  servers: readonly RunningServer[],
  signal: AbortSignal,
): Promise<void> {
  const ids = new Set(down.map(serverId))
  const taken = servers.filter(
    server =>
      ids.has(serverId(server)) &&
      server.checked &&
      server.lastCheck === 'none' &&
      server.health === 'up',
  )
  const commands = taken.map(({ pool, name }) => command.setHealth(pool, name, 'down'))
  await runtime.batch(commands, { signal })
}

/** Returns the servers that are down for HAProxy's next start; none of a pool in which none takes traffic. */
export function downAtRestart(servers: Iterable<RunningServer>): DownServer[] {
  const served = servedPools(servers, [])
  return [...servers].filter(
    ({ pool, checked, health, admin }) =>
      served.has(pool) && checked && health === 'down' && admin === 'ready',
  )
}
