import { command, HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredServer, DesiredState } from '../plan/desired-state.js'
import { isSameAddress } from '../plan/same-address.js'
import { serverId } from '../plan/server-id.js'

/**
 * Returns the desired servers that their health check finds down; none if
 * HAProxy does not answer. The health of another address or port is no
 * knowledge about a server, even under its name.
 */
export async function serversDown(
  runtime: RuntimeClient,
  { pools }: DesiredState,
  signal: AbortSignal,
): Promise<readonly RunningServer[]> {
  const desired = new Map(
    pools.flatMap(({ name: pool, servers }) =>
      servers.map(server => [serverId({ pool, name: server.name }), server] as const),
    ),
  )
  try {
    const servers = await runtime.servers(
      pools.map(({ name }) => name),
      { signal },
    )
    return servers.filter(server => {
      const place = desired.get(serverId(server))
      return server.checked && server.health === 'down' && place && isAt(server, place)
    })
  } catch (error) {
    if (error instanceof HaproxyError) return []
    throw error
  }
}

function isAt(server: RunningServer, { address, port }: DesiredServer): boolean {
  return server.port === port && isSameAddress(server.address, address)
}

/**
 * Marks servers as down in a new worker. Without this the worker would treat
 * them as up, and send them requests, until its own health checks have failed.
 * A refusal is ignored: the health checks will find the server down.
 */
export async function markDown(
  runtime: RuntimeClient,
  down: readonly RunningServer[],
  signal: AbortSignal,
): Promise<void> {
  const commands = down.map(({ pool, name }) => command.setHealth(pool, name, 'down'))
  await runtime.batch(commands, { signal })
}
