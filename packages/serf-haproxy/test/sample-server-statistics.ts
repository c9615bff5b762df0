import type { ServerStatistics } from 'haproxy-runtime'

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
    responseMs: 0,
    check: '',
    status: 'UP',
    ...more,
  }
}
