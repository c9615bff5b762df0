import type { Action } from './action.js'
import { capacityOf } from './capacity.js'
import { chooseActions } from './choose-actions.js'
import { followMembers } from './follow-members.js'
import { followOrders } from './follow-orders.js'
import type { ObservedPool } from './observed-pool.js'
import type { PoolMemory } from './pool-memory.js'
import type { PoolTarget } from './pool-target.js'
import { wantedSize } from './wanted-size.js'

/** The plan of one round for one pool. */
export interface PoolPlan {
  /** Name of the pool. */
  readonly pool: string
  /** Size that the pool should have, within its bounds. */
  readonly wanted: number
  /** Members that serve now. */
  readonly healthy: number
  /** Orders for the driver. */
  readonly actions: readonly Action[]
  /** Failures of earlier orders that this round found, in words. */
  readonly failures: readonly string[]
  /** Reasons why an order has to wait, in words. */
  readonly waits: readonly string[]
  /** The memory for the next round. */
  readonly memory: PoolMemory
}

/**
 * Plans one round for one pool: follows the members and the earlier orders,
 * decides on the size, and chooses the orders that lead to it.
 *
 * @param now - milliseconds since the epoch
 *
 * @example
 * ```ts
 * import { noMemory, planPool, poolTarget } from 'pool-scaler'
 *
 * const target = poolTarget({ name: 'web', size: 2 })
 * const member = { name: 's1', condition: 'healthy', sessions: 0, queued: 0 } as const
 * const { wanted, actions } = planPool(target, noMemory, { name: 'web', members: [member] }, 0)
 * wanted // => 2
 * actions // => [{ kind: 'start', pool: 'web', reason: 'the wanted size is 2' }]
 * ```
 */
export function planPool(
  target: PoolTarget,
  memory: PoolMemory,
  { members }: ObservedPool,
  now: number,
): PoolPlan {
  const followed = followMembers(memory, members, now)
  const orders = followOrders(followed, members, target, now)
  const capacity = capacityOf(orders.memory, members, target, now)
  const wanted = wantedSize(orders.memory, capacity, members, target, now)
  const chosen = chooseActions(wanted, capacity, target, now)
  return {
    pool: target.name,
    wanted: wanted.wanted,
    healthy: capacity.healthy.length,
    actions: chosen.actions,
    failures: orders.failures,
    waits: chosen.waits,
    memory: chosen.memory,
  }
}
