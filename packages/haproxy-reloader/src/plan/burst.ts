import { operationMs, reloadMs } from './change-cost.js'
import type { DesiredState } from './desired-state.js'
import type { ServerOperation } from './operation.js'

const clearlyFaster = 2

/**
 * Returns why a reload is better for so many operations; undefined if it is
 * not. A reload has to be clearly faster, since it leaves an old worker behind
 * and loses the results of the health checks.
 */
export function burstReason(
  operations: readonly ServerOperation[],
  { pools }: DesiredState,
): string | undefined {
  // While a pool grows, its average size lacks half of the added servers.
  const sizes = new Map(pools.map(({ name, servers }) => [name, servers.length]))
  for (const { kind, pool } of operations) {
    if (kind === 'add') sizes.set(pool, (sizes.get(pool) ?? 0) - 0.5)
  }
  const atRuntime = operations.reduce(
    (sum, { kind, pool }) => sum + operationMs(kind, sizes.get(pool) ?? 0),
    0,
  )
  const byReload = reloadMs(pools.reduce((sum, { servers }) => sum + servers.length, 0))
  if (atRuntime < clearlyFaster * byReload) return undefined
  const [longer, shorter] = [atRuntime, byReload].map(Math.round)
  return `${operations.length} changes at run time would take some ${longer} ms, a reload ${shorter} ms`
}
