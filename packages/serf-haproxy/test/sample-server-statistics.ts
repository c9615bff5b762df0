import type { ServerStatistics } from 'haproxy-runtime'
import type { SeenServer } from '../src/haproxy/observe-haproxy.js'

/** Returns the statistics of a server of the pool `nodes` that is up and has had no request. */
export function serverStatistics(
  name: string,
  more: Partial<ServerStatistics> = {},
): ServerStatistics {
  return {
    pool: 'nodes',
    name,
    weight: 100,
    sessions: 0,
    queued: 0,
    totalSessions: 0,
    connectionErrors: 0,
    responseErrors: 0,
    serverErrors: 0,
    queueMs: 0,
    connectMs: 0,
    responseMs: 0,
    statusAgeS: undefined,
    check: '',
    status: 'UP',
    ...more,
  }
}

/** Returns the same server as the record has it. */
export function seenServer(name: string, { since, ...more }: Partial<SeenServer> = {}): SeenServer {
  const { statusAgeS: _, ...server } = serverStatistics(name, more)
  return since === undefined ? server : { ...server, since }
}
