import { isDeepStrictEqual } from 'node:util'
import type { Quarantined } from 'haproxy-config-render'
import { changedKeys, VersionedMap } from 'versioned-map'
import { poolsByMember } from '../decision/pools-by-member.js'
import { listedPools, printedPools, unprintedPools, type PrintedPool } from './printed-servers.js'
import type { Placement, RenderedMembers } from './rendering.js'

/**
 * Returns the places of all members in a rendering.
 *
 * @param before - the last rendering; the result is the same without it, and takes
 * the time of all members instead of those that changed
 */
export function placementOf(
  rendering: RenderedMembers,
  before?: RenderedMembers & { readonly placement: Placement },
): Placement {
  const { model, quarantined } = rendering
  const unprinted = unprintedPools(rendering)
  const last = before?.placement ?? nothing
  return {
    pools: nextPools(printedPools(rendering), before),
    findings:
      quarantined === before?.quarantined
        ? last.findings
        : brought(last.findings, new Map(quarantined.map(each => [each.member, each]))),
    lost: brought(last.lost, poolsByMember(named(model, unprinted))),
    listed: brought(last.listed, poolsByMember(named(model, listedPools(rendering)))),
    unprinted: isDeepStrictEqual(last.unprinted, unprinted) ? last.unprinted : unprinted,
  }
}

type Model = RenderedMembers['model']

/** Returns the pools of a model that have these names. */
function named({ pools }: Model, names: readonly string[]): Model['pools'] {
  if (names.length === 0) return []
  const wanted = new Set(names)
  return pools.filter(({ name }) => wanted.has(name))
}

const nothing: Placement = {
  pools: VersionedMap.of<string, readonly string[]>([]),
  findings: VersionedMap.of<string, Quarantined>([]),
  lost: VersionedMap.of<string, readonly string[]>([]),
  listed: VersionedMap.of<string, readonly string[]>([]),
  unprinted: [],
}

/** Returns the next version of a map, with the entries of another. Equal values stay the same objects. */
function brought<V extends object>(
  before: VersionedMap<string, V>,
  after: ReadonlyMap<string, V>,
): VersionedMap<string, V> {
  const changes = [...changedKeys(before, after)].filter(
    name => !isDeepStrictEqual(before.get(name), after.get(name)),
  )
  return before.with(changes.map(name => [name, after.get(name)] as const))
}

/** Returns the pools by member. Pools that did not change since the last rendering are not looked at. */
function nextPools(
  pools: readonly PrintedPool[],
  before: (RenderedMembers & { readonly placement: Placement }) | undefined,
): Placement['pools'] {
  const last = before?.placement.pools ?? nothing.pools
  const earlier = before ? printedPools(before) : []
  const names = pools.map(({ name }) => name)
  // Another order of the pools concerns every member that is in several.
  if (
    !isDeepStrictEqual(
      names,
      earlier.map(({ name }) => name),
    )
  )
    return brought(last, poolsByMember(pools))
  const order = new Map(names.map((name, i) => [name, i]))
  const changed = new Map<string, readonly string[]>()
  for (const [i, { name: pool, servers }] of pools.entries()) {
    const moved = movedServers(earlier[i]?.servers ?? [], servers)
    for (const [member, isIn] of moved) {
      const others = (changed.get(member) ?? last.get(member) ?? []).filter(each => each !== pool)
      const next = isIn ? [...others, pool] : others
      changed.set(
        member,
        next.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
      )
    }
  }
  return last.with(
    [...changed].map(([member, next]) => [member, next.length === 0 ? undefined : next] as const),
  )
}

type Servers = PrintedPool['servers']

/** Returns the members that came into a pool (true) or left it (false). Equal ends of the lists are skipped. */
function movedServers(before: Servers, after: Servers): ReadonlyMap<string, boolean> {
  const moved = new Map<string, boolean>()
  if (before === after) return moved
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end])
    end++
  for (let i = start; i < after.length - end; i++) moved.set(after[i]?.name ?? '', true)
  for (let i = start; i < before.length - end; i++) {
    const name = before[i]?.name ?? ''
    if (moved.has(name)) moved.delete(name)
    else moved.set(name, false)
  }
  return moved
}
