import { HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { ConfigurationFile } from './configuration-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { RunningState } from '../plan/plan.js'
import { serverId } from '../servers/server-id.js'

/** The running state as HAProxy and the disk tell it, and the worker that reported it. */
export interface ReadState extends Omit<RunningState, 'optionsBesideText' | 'replaced'> {
  readonly servers: readonly RunningServer[] | undefined
  /** Process id of the worker that answered. */
  readonly worker: number
  /** True if a reload was started and not completed. */
  readonly isPending: boolean
}

/**
 * Reads the running state from HAProxy and the disk.
 *
 * @throws HaproxyError `unreachable` or `timeout` if HAProxy does not answer.
 */
export async function readRunningState(
  runtime: RuntimeClient,
  file: Pick<ConfigurationFile, 'read' | 'pendingMarker'>,
  desired: DesiredState,
  { overdue, unmanaged }: { overdue: ReadonlySet<string>; unmanaged: ReadonlySet<string> },
  signal?: AbortSignal,
): Promise<ReadState> {
  const [text, marker, present, { pid }] = await Promise.all([
    file.read(),
    file.pendingMarker(),
    managedServers(runtime, desired, signal),
    runtime.info({ signal }),
  ])
  const servers = present?.filter(server => !unmanaged.has(serverId(server)))
  return {
    // A worker other than the one before the reload has loaded the file.
    text: !marker || (marker.worker ?? pid) !== pid ? text : undefined,
    servers,
    sessions: await drainingSessions(runtime, desired, servers ?? [], signal),
    overdue,
    unmanaged,
    worker: pid,
    isPending: marker !== undefined,
  }
}

/** Returns the servers of the managed pools; undefined if HAProxy lacks one of these pools. */
export async function managedServers(
  runtime: RuntimeClient,
  desired: DesiredState,
  signal: AbortSignal | undefined,
): Promise<RunningServer[] | undefined> {
  try {
    return await runtime.servers(
      desired.pools.map(pool => pool.name),
      { signal },
    )
  } catch (error) {
    if (error instanceof HaproxyError && error.code === 'refused') return undefined
    throw error
  }
}

/**
 * Counts sessions only of servers that drain, which depart or have been desired
 * again: `show stat` is the most expensive query.
 */
async function drainingSessions(
  runtime: RuntimeClient,
  desired: DesiredState,
  servers: readonly RunningServer[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const drained = servers.filter(({ weight, admin }) => weight === 0 || admin === 'maint')
  if (drained.length === 0) return new Map()
  const desiredWeights = new Map(
    desired.pools.flatMap(({ name: pool, servers }) =>
      servers.map(({ name, weight }) => [serverId({ pool, name }), weight]),
    ),
  )
  const draining = drained.filter(server => desiredWeights.get(serverId(server)) !== 0)
  if (draining.length === 0) return new Map()
  const statistics = await runtime.statistics({ signal, servers: draining })
  return new Map(statistics.map(server => [serverId(server), server.sessions + server.queued]))
}
