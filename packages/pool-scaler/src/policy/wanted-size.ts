import type { Capacity } from './capacity.js'
import { judgeLoad } from './judge-load.js'
import type { ObservedMember } from './observed-pool.js'
import type { PoolMemory } from './pool-memory.js'
import type { LoadTarget, PoolTarget } from './pool-target.js'

/** Longest wait before a shrink, as a factor of the configured one. */
const longestWaitFactor = 64

/** The memory with the wanted size, and the reason of a change of it. */
export interface Wanted {
  readonly memory: PoolMemory
  /** Wanted size, within the bounds. */
  readonly wanted: number
  /** Reason of the size, in words. */
  readonly reason: string
}

/** Decides on the size of a pool: the fixed one, or the one that fits the load. */
export function wantedSize(
  memory: PoolMemory,
  capacity: Capacity,
  members: readonly ObservedMember[],
  target: PoolTarget,
  now: number,
): Wanted {
  const { size } = target
  if (typeof size === 'number') {
    const wanted = withinBounds(size, target)
    return { memory: { ...memory, wanted }, wanted, reason: `the wanted size is ${wanted}` }
  }
  // Members that an operator added count: they stay until the load is too low for them.
  const counted = memory.wanted === undefined ? capacity.usable : capacity.healthy.length
  const present = withinBounds(Math.max(memory.wanted ?? 0, counted), target)
  return sizeByLoad({ ...memory, wanted: present }, capacity, members, { target, size, now })
}

interface Terms {
  readonly target: PoolTarget
  readonly size: LoadTarget
  readonly now: number
}

function sizeByLoad(
  memory: PoolMemory,
  capacity: Capacity,
  members: readonly ObservedMember[],
  { target, size, now }: Terms,
): Wanted {
  const { wanted: present = target.minimum } = memory
  const load = judgeLoad(members, size, present)
  const highSince = load.needed > present ? (memory.highSince ?? now) : undefined
  const lowSince = load.isLow ? (memory.lowSince ?? now) : undefined
  const timed = { ...memory, highSince, lowSince }
  const { changedAt = -Infinity } = memory
  const has = (from: number | undefined, waitMs: number) =>
    from !== undefined && now - from >= waitMs && now - changedAt >= waitMs
  if (present < target.maximum && has(highSince, target.growAfterMs)) {
    const wanted = withinBounds(load.needed, target)
    return { memory: { ...grown(timed, target, now), wanted }, wanted, reason: load.reason }
  }
  const waitMs = target.shrinkAfterMs * memory.shrinkWaitFactor
  const canShrink =
    capacity.inFlight === 0 &&
    capacity.hung.length === 0 &&
    capacity.healthy.length >= present &&
    now >= memory.pausedUntil
  if (present > target.minimum && canShrink && has(lowSince, waitMs)) {
    const wanted = present - 1
    const shrunk = { ...timed, wanted, changedAt: now, shrunkAt: now, lowSince: undefined }
    return { memory: shrunk, wanted, reason: load.reason }
  }
  return { memory: timed, wanted: present, reason: `the wanted size is ${present}` }
}

/** Returns the memory after a growth. A shrink that it undoes doubles the wait before the next one. */
function grown(memory: PoolMemory, { shrinkAfterMs }: PoolTarget, now: number): PoolMemory {
  const { shrunkAt = -Infinity, shrinkWaitFactor } = memory
  const isUndone = now - shrunkAt < shrinkAfterMs * shrinkWaitFactor
  return {
    ...memory,
    changedAt: now,
    highSince: undefined,
    shrinkWaitFactor: isUndone ? Math.min(longestWaitFactor, shrinkWaitFactor * 2) : 1,
  }
}

function withinBounds(
  size: number,
  { minimum, maximum }: Pick<PoolTarget, 'minimum' | 'maximum'>,
): number {
  return Math.min(maximum, Math.max(minimum, size))
}
