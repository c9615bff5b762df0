import {
  HaproxyError,
  type MasterClient,
  type RuntimeClient,
  type ServerStatistics,
} from 'haproxy-runtime'
import type { HaproxyState } from '../state/agent-state.js'

/** HAProxy's process and servers at one moment. */
export interface Observation<S = ServerStatistics> {
  readonly haproxy: HaproxyState
  /** By `pool/name`. */
  readonly servers: ReadonlyMap<string, S>
}

/** A server with the time at which it last went up or down, which stays the same from poll to poll. */
export interface SeenServer extends Omit<ServerStatistics, 'statusAgeS'> {
  /** Milliseconds since the epoch, exact to about a second; absent where HAProxy does not print it. */
  readonly since?: number
}

/** Name of a server, and of its pool. */
export type ServerName = Pick<ServerStatistics, 'pool' | 'name'>

/** Reads the statistics of some servers only; none if HAProxy does not answer, or has no such pool. */
export async function observeServers(
  { runtime }: { readonly runtime: Pick<RuntimeClient, 'statistics'> },
  servers: readonly ServerName[],
  signal: AbortSignal,
): Promise<readonly ServerStatistics[]> {
  try {
    return await runtime.statistics({ servers, signal })
  } catch (error) {
    if (error instanceof HaproxyError) return []
    throw error
  }
}

/** Returns the key of a server in an {@link Observation}. */
export function serverKey({ pool, name }: ServerName): string {
  return `${pool}/${name}`
}

/** Observes HAProxy. An unreachable HAProxy is an observation too. */
export async function observeHaproxy(
  {
    runtime,
    master,
  }: { readonly runtime: RuntimeClient; readonly master: MasterClient | undefined },
  pools: readonly string[],
  signal: AbortSignal,
): Promise<Observation> {
  try {
    const [{ version, pid }, statistics, processes] = await Promise.all([
      runtime.info({ signal }),
      runtime.statistics({ pools, signal }).catch(noneIfRejected),
      master?.processes({ signal }).catch(noneIfUnreachable),
    ])
    const oldWorkers = processes?.oldWorkers.length
    return {
      haproxy: { reachable: true, version, pid, ...(oldWorkers !== undefined && { oldWorkers }) },
      servers: new Map(statistics.map(each => [serverKey(each), each])),
    }
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    return { haproxy: { reachable: false, error: error.message }, servers: new Map() }
  }
}

/** An empty list if HAProxy rejects the command: it may not have a pool yet. */
function noneIfRejected(error: unknown): ServerStatistics[] {
  if (error instanceof HaproxyError && error.code !== 'unreachable' && error.code !== 'timeout')
    return []
  throw error
}

function noneIfUnreachable(error: unknown): undefined {
  if (error instanceof HaproxyError) return undefined
  throw error
}
