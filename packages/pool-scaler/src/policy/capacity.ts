import type { ObservedMember } from './observed-pool.js'
import type { PoolMemory, Since } from './pool-memory.js'
import type { PoolTarget } from './pool-target.js'

/** Members of a pool by what they are worth, without those that are being stopped. */
export interface Capacity {
  /** Members that serve. */
  readonly healthy: readonly ObservedMember[]
  /** Members whose check failed for too long. */
  readonly hung: readonly Since[]
  /** Members that were lost for too long, and may be replaced. */
  readonly dead: readonly Since[]
  /** Members that are there, with those that are being stopped or leave. */
  readonly there: number
  /** Starts and stops that run. */
  readonly inFlight: number
  /** Starts without a member so far. */
  readonly expected: number
  /** Servers that the pool has, or will soon have: all but the hung and the dead. */
  readonly usable: number
}

/** Counts what the members and the orders in flight are worth. */
export function capacityOf(
  memory: PoolMemory,
  members: readonly ObservedMember[],
  { hungAfterMs, lostAfterMs }: Pick<PoolTarget, 'hungAfterMs' | 'lostAfterMs'>,
  now: number,
): Capacity {
  const stopped = new Set(memory.stops.map(({ name }) => name))
  const staying = members.filter(
    ({ name, condition }) => condition !== 'leaving' && !stopped.has(name),
  )
  const running = memory.starts.filter(({ healthyAt }) => healthyAt === undefined)
  const isStarting = new Set(running.map(({ member }) => member))
  const hung = memory.unhealthy.filter(
    ({ name, since }) => now - since >= hungAfterMs && !stopped.has(name) && !isStarting.has(name),
  )
  const dead = memory.lost.filter(({ since }) => now - since >= lostAfterMs)
  const expected = running.filter(({ member }) => member === undefined).length
  const mayReturn = memory.lost.length - dead.length
  return {
    healthy: staying.filter(({ condition }) => condition === 'healthy'),
    hung,
    dead,
    there: members.length,
    inFlight: running.length + memory.stops.length,
    expected,
    usable: staying.length - hung.length + expected + mayReturn,
  }
}
