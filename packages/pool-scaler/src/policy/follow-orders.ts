import { afterFailure } from './failures.js'
import type { Followed } from './follow-members.js'
import type { ObservedMember } from './observed-pool.js'
import type { OrderedStart, PoolMemory } from './pool-memory.js'
import type { PoolTarget } from './pool-target.js'

/** The memory after the orders were compared with the members, and the failures in words. */
export interface FollowedOrders {
  readonly memory: PoolMemory
  readonly failures: readonly string[]
}

/** The state of an order: it runs, it has succeeded, or it failed for a reason. */
type Judged<T> = { readonly order: T } | { readonly failure: string } | 'succeeded'

/** Compares the starts and stops with the members of a round. */
export function followOrders(
  { memory, newcomers }: Followed,
  members: readonly ObservedMember[],
  target: PoolTarget,
  now: number,
): FollowedOrders {
  const healthy = new Set(
    members.flatMap(({ name, condition }) => (condition === 'healthy' ? name : [])),
  )
  const judge = (start: OrderedStart) => judgeStart(start, { memory, healthy, target, now })
  const starts = withMembers(memory.starts, newcomers).map(judge)
  const stops = memory.stops.map((stop): Judged<typeof stop> => {
    const isLeaving = members.some(
      ({ name, condition }) => name === stop.name && condition === 'leaving',
    )
    if (isLeaving || now - stop.since < target.stopTimeoutMs) return { order: stop }
    return { failure: `${stop.name} did not leave within ${seconds(target.stopTimeoutMs)}` }
  })
  const failures = [...starts, ...stops].flatMap(each =>
    typeof each === 'object' && 'failure' in each ? each.failure : [],
  )
  const succeeded = starts.includes('succeeded')
  let next: PoolMemory = {
    ...memory,
    starts: starts.flatMap(running),
    stops: stops.flatMap(running),
    ...(succeeded && { failures: 0 }),
  }
  for (let i = 0; i < failures.length; i++) next = afterFailure(next, target, now)
  return { memory: next, failures }
}

function running<T>(judged: Judged<T>): T[] {
  return typeof judged === 'object' && 'order' in judged ? [judged.order] : []
}

/** Gives each start without a member the next newcomer, the oldest start first. */
function withMembers(
  starts: readonly OrderedStart[],
  newcomers: readonly string[],
): readonly OrderedStart[] {
  const left = [...newcomers]
  return starts.map(start =>
    start.member === undefined && left.length > 0 ? { ...start, member: left.shift() } : start,
  )
}

interface Facts {
  readonly memory: PoolMemory
  readonly healthy: ReadonlySet<string>
  readonly target: PoolTarget
  readonly now: number
}

function judgeStart(start: OrderedStart, facts: Facts): Judged<OrderedStart> {
  const { memory, healthy, target, now } = facts
  const { member, at } = start
  const isHealthy = member !== undefined && healthy.has(member)
  const { healthyAt = isHealthy ? now : undefined } = start
  if (healthyAt === undefined) {
    if (now - at < target.startTimeoutMs) return { order: start }
    const what = member === undefined ? 'no new member appeared' : `${member} was not healthy`
    return { failure: `${what} within ${seconds(target.startTimeoutMs)} of its start` }
  }
  const found = (list: PoolMemory['lost'], afterMs: number) =>
    list.some(({ name, since }) => name === member && now - since >= afterMs)
  if (found(memory.lost, target.lostAfterMs))
    return { failure: `${member} was lost after its start` }
  if (found(memory.unhealthy, target.hungAfterMs))
    return { failure: `${member} hung after its start` }
  if (isHealthy && now - healthyAt >= target.settledAfterMs) return 'succeeded'
  // A member that was stopped, or that left in order, proves nothing.
  const isThere = memory.present.includes(member ?? '') || found(memory.lost, 0)
  return isThere ? { order: { ...start, healthyAt } } : 'succeeded'
}

/** Returns a time in words, such as `30 s`. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
