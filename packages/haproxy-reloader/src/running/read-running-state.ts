import { HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { ConfigurationFile } from './configuration-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import { serverId, type RunningState } from '../plan/plan.js'

/** What runs, and who says so. */
export interface ReadState extends RunningState {
  /** Process id of the worker that answered. */
  readonly worker: number
  /** Whether a reload was begun and not seen through. */
  readonly isMarked: boolean
}

/**
 * Asks HAProxy and the disk what runs now.
 *
 * @throws HaproxyError `unreachable` or `timeout` where HAProxy does not answer.
 */
export async function readRunningState(
  runtime: RuntimeClient,
  file: ConfigurationFile,
  desired: DesiredState,
  overdue: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadState> {
  const [text, mark, servers, { pid }] = await Promise.all([
    file.read(),
    file.mark(),
    managedServers(runtime, desired, signal),
    runtime.info({ signal }),
  ])
  return {
    // Another worker than the one from before has loaded the file.
    text: !mark || (mark.worker ?? pid) !== pid ? text : undefined,
    servers,
    sessions: await departingSessions(runtime, desired, servers ?? [], signal),
    overdue,
    worker: pid,
    isMarked: mark !== undefined,
  }
}

/** The servers of the managed pools; undefined where HAProxy has not all of these pools. */
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

/** Counted only where a server is on its way out: `show stat` is the dearest question there is. */
async function departingSessions(
  runtime: RuntimeClient,
  desired: DesiredState,
  servers: readonly RunningServer[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set(
    desired.pools.flatMap(({ name: pool, servers }) =>
      servers.map(({ name }) => serverId({ pool, name })),
    ),
  )
  const departing = servers.filter(server => server.weight === 0 && !wanted.has(serverId(server)))
  if (departing.length === 0) return new Map()
  const pools = [...new Set(departing.map(server => server.pool))]
  const statistics = await runtime.statistics({ signal, pools })
  return new Map(statistics.map(server => [serverId(server), server.sessions + server.queued]))
}
