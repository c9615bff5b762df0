import { shortestCheckIntervalMs } from './pool-options.js'
import type { Pool } from './proxy-model.js'

/**
 * Returns the least time between two checks of a server in a pool with this
 * number of servers; undefined if the configured times keep the pool's rate of
 * checks. `before` is the least time of the same pool in the last model.
 */
type CheckInterval = (servers: number, before: number | undefined) => number | undefined

/**
 * Returns the intervals that keep the rate of a policy. They are the shortest
 * configured time × 2^k, since each other interval costs a reload. For the
 * same reason an interval stays until the pool has less than a quarter of the
 * servers that it is enough for: the next shorter one is then not in danger.
 */
export function checkIntervals({
  maxChecksPerSecond,
  serverOptions,
}: Pick<Pool, 'serverOptions'> & {
  /** Maximum rate of the checks of the whole pool. */
  readonly maxChecksPerSecond: number
}): CheckInterval {
  const configured = shortestCheckIntervalMs(serverOptions)
  const mostServers = (intervalMs: number) => (maxChecksPerSecond * intervalMs) / 1000
  return (servers, before = configured) => {
    let needed = configured
    while (servers > mostServers(needed)) needed *= 2
    const isKept = needed < before && servers >= mostServers(before) / 4
    const interval = isKept ? before : needed
    return interval === configured ? undefined : interval
  }
}
