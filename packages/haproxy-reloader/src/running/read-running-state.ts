import { HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { ConfigurationFile } from './configuration-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import { serverId, type RunningState } from '../plan/plan.js'

/** The running state, and the worker that reported it. */
export interface ReadState extends RunningState {
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
  file: ConfigurationFile,
  desired: DesiredState,
  overdue: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadState> {
  const [text, marker, servers, { pid }] = await Promise.all([
    file.read(),
    file.pendingMarker(),
    managedServers(runtime, desired, signal),
    runtime.info({ signal }),
  ])
  return {
    // A worker other than the one before the reload has loaded the file.
    text: !marker || (marker.worker ?? pid) !== pid ? text : undefined,
    servers,
    sessions: await departingSessions(runtime, desired, servers ?? [], signal),
    overdue,
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

/** Counts sessions only if servers depart: `show stat` is the most expensive query. */
async function departingSessions(
  runtime: RuntimeClient,
  desired: DesiredState,
  servers: readonly RunningServer[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const desiredIds = new Set(
    desired.pools.flatMap(({ name: pool, servers }) =>
      servers.map(({ name }) => serverId({ pool, name })),
    ),
  )
  const departing = servers.filter(
    server => server.weight === 0 && !desiredIds.has(serverId(server)),
  )
  if (departing.length === 0) return new Map()
  const pools = [...new Set(departing.map(server => server.pool))]
  const statistics = await runtime.statistics({ signal, pools })
  return new Map(statistics.map(server => [serverId(server), server.sessions + server.queued]))
}
