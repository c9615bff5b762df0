import { command, HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import { serverId } from '../plan/plan.js'

/** Returns the desired servers that their health check finds down; none if HAProxy does not answer. */
export async function serversDown(
  runtime: RuntimeClient,
  { pools }: DesiredState,
  signal: AbortSignal,
): Promise<readonly RunningServer[]> {
  const desired = new Set(
    pools.flatMap(({ name: pool, servers }) => servers.map(({ name }) => serverId({ pool, name }))),
  )
  try {
    const servers = await runtime.servers(
      pools.map(({ name }) => name),
      { signal },
    )
    return servers.filter(
      server => server.checked && server.health === 'down' && desired.has(serverId(server)),
    )
  } catch (error) {
    if (error instanceof HaproxyError) return []
    throw error
  }
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
