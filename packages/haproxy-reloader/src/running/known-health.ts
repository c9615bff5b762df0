import { command, HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import { serverId } from '../plan/plan.js'

/** The checked servers that are found down now and are to stay; none where HAProxy does not tell. */
export async function serversDown(
  runtime: RuntimeClient,
  { pools }: DesiredState,
  signal: AbortSignal,
): Promise<readonly RunningServer[]> {
  const wanted = new Set(
    pools.flatMap(({ name: pool, servers }) => servers.map(({ name }) => serverId({ pool, name }))),
  )
  try {
    const servers = await runtime.servers(
      pools.map(({ name }) => name),
      { signal },
    )
    return servers.filter(
      server => server.checked && server.health === 'down' && wanted.has(serverId(server)),
    )
  } catch (error) {
    if (error instanceof HaproxyError) return []
    throw error
  }
}

/**
 * Tells a new worker which servers are down. It takes each for up until its
 * own check has failed, and would send requests there meanwhile. What it does
 * not take up is no fault: its checks will find out.
 */
export async function carryOver(
  runtime: RuntimeClient,
  down: readonly RunningServer[],
  signal: AbortSignal,
): Promise<void> {
  const commands = down.map(({ pool, name }) => command.setHealth(pool, name, 'down'))
  await runtime.batch(commands, { signal })
}
