import type { Action } from './action.js'
import type { PoolMemory } from './pool-memory.js'
import type { PoolTarget } from './pool-target.js'

/** Returns the memory after a failure: the next action waits, twice as long after each failure. */
export function afterFailure(
  memory: PoolMemory,
  { backOffMs, longestBackOffMs }: Pick<PoolTarget, 'backOffMs' | 'longestBackOffMs'>,
  now: number,
): PoolMemory {
  const failures = memory.failures + 1
  const pauseMs = Math.min(longestBackOffMs, backOffMs * 2 ** Math.min(30, failures - 1))
  return { ...memory, failures, pausedUntil: now + pauseMs }
}

/** Returns the memory after a driver reported that it could not do an action. */
export function afterDriverError(
  memory: PoolMemory,
  action: Action,
  target: PoolTarget,
  now: number,
): PoolMemory {
  const failed = afterFailure(memory, target, now)
  if (action.kind === 'stop')
    return { ...failed, stops: memory.stops.filter(({ name }) => name !== action.member) }
  const ordered = memory.starts.findLastIndex(({ member }) => member === undefined)
  return { ...failed, starts: memory.starts.filter((_, i) => i !== ordered) }
}
