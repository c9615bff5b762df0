import type { Action } from './action.js'
import type { Capacity } from './capacity.js'
import { seconds } from './follow-orders.js'
import type { ObservedMember } from './observed-pool.js'
import type { PoolMemory } from './pool-memory.js'
import type { PoolTarget } from './pool-target.js'
import type { Wanted } from './wanted-size.js'

const hourMs = 3_600_000

/** The memory with the orders, the orders, and the reasons why others have to wait. */
export interface Chosen {
  readonly memory: PoolMemory
  readonly actions: readonly Action[]
  readonly waits: readonly string[]
}

/** Chooses the orders that lead from the members to the wanted size. */
export function chooseActions(
  { memory, wanted, reason }: Wanted,
  capacity: Capacity,
  target: PoolTarget,
  now: number,
): Chosen {
  const startTimes = memory.startTimes.filter(at => now - at < hourMs)
  const surplus = capacity.healthy.length - wanted
  const surplusSince = surplus > 0 ? (memory.surplusSince ?? now) : undefined
  const known = { ...memory, startTimes, surplusSince }
  const shortage = wanted - capacity.usable
  if (shortage <= 0 && capacity.hung.length === 0 && surplus <= 0) return nothing(known)
  const room = target.maximumInFlight - capacity.inFlight
  if (room <= 0) return nothing(known)
  if (now < known.pausedUntil) {
    const times = known.failures === 1 ? 'one failure' : `${known.failures} failures`
    return nothing(known, `pause until ${new Date(known.pausedUntil).toISOString()} after ${times}`)
  }
  if (shortage > 0) return starts(known, capacity, { target, wanted, reason, now })
  const [hung] = capacity.hung
  if (hung) {
    if (capacity.healthy.length < wanted) return nothing(known)
    return stop(known, target, hung.name, `it hangs, and ${wanted} others serve`, now)
  }
  const isDue = surplusSince !== undefined && now - surplusSince >= target.shrinkAfterMs
  const isShrunk = memory.shrunkAt === now
  const least = leastBusy(capacity.healthy)
  if (!least || !(isDue || isShrunk)) return nothing(known)
  return stop({ ...known, surplusSince: undefined }, target, least.name, reason, now)
}

interface Terms {
  readonly target: PoolTarget
  readonly wanted: number
  readonly reason: string
  readonly now: number
}

function starts(
  memory: PoolMemory,
  capacity: Capacity,
  { target, wanted, reason, now }: Terms,
): Chosen {
  const free = target.maximum - capacity.there - capacity.expected
  const [stuck] = capacity.hung
  if (free <= 0) {
    if (!stuck) return nothing(memory, `the pool has its maximum of ${target.maximum} members`)
    return stop(memory, target, stuck.name, 'it hangs, and there is no room for another one', now)
  }
  const left = target.startsPerHour - memory.startTimes.length
  if (left <= 0) {
    const limit = `${target.startsPerHour} starts within one hour are the limit`
    return nothing(memory, `${limit}; find out why nodes do not stay, or raise startsPerHour`)
  }
  const room = target.maximumInFlight - capacity.inFlight
  const count = Math.min(wanted - capacity.usable, room, free, left)
  const actions = Array.from({ length: count }, (_, i) => startOf(i, capacity, target, reason))
  const replaced = new Set(actions.map(action => (action.kind === 'start' ? '' : action.member)))
  return {
    memory: {
      ...memory,
      lost: memory.lost.filter(({ name }) => !replaced.has(name)),
      starts: [...memory.starts, ...actions.map(() => ({ at: now }))],
      startTimes: [...memory.startTimes, ...actions.map(() => now)],
    },
    actions,
    waits: [],
  }
}

/** Returns a start: in the place of a dead member, of a hung one, or one more. */
function startOf(
  i: number,
  { dead, hung }: Capacity,
  { name: pool, lostAfterMs, hungAfterMs }: PoolTarget,
  reason: string,
): Action {
  const lost = dead[i]
  if (lost) {
    const why = `it is no longer in the pool since ${seconds(lostAfterMs)} or more`
    return { kind: 'replace', pool, member: lost.name, isLost: true, reason: why }
  }
  const stuck = hung[i - dead.length]
  if (!stuck) return { kind: 'start', pool, reason }
  const why = `HAProxy's check of it fails since ${seconds(hungAfterMs)} or more`
  return { kind: 'replace', pool, member: stuck.name, isLost: false, reason: why }
}

function stop(
  memory: PoolMemory,
  { name: pool }: PoolTarget,
  member: string,
  reason: string,
  now: number,
): Chosen {
  return {
    memory: { ...memory, stops: [...memory.stops, { name: member, since: now }] },
    actions: [{ kind: 'stop', pool, member, reason }],
    waits: [],
  }
}

function nothing(memory: PoolMemory, wait?: string): Chosen {
  return { memory, actions: [], waits: wait === undefined ? [] : [wait] }
}

function leastBusy(healthy: readonly ObservedMember[]): ObservedMember | undefined {
  return healthy.toSorted((a, b) => loadOf(a) - loadOf(b) || (a.name < b.name ? 1 : -1))[0]
}

function loadOf({ sessions, queued }: ObservedMember): number {
  return sessions + queued
}
