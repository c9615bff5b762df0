import { isDeepStrictEqual } from 'node:util'
import type { PoolMember } from 'haproxy-config-render'
import { changedKeys, VersionedMap } from 'versioned-map'
import { noFlaps, type FlapState } from './flap-damping.js'

/** The memory of one member between two decisions. Times are those of the monotonic clock. */
export interface RememberedMember {
  /** The member as it was applied last. */
  readonly member: PoolMember
  /** The pools that it was in. */
  readonly pools: readonly string[]
  /** Set if HAProxy was to have it. */
  readonly isAdmitted: boolean
  /** Set if HAProxy was to let it finish its sessions. */
  readonly isDraining?: true
  /** Time since when Serf has reported it failed, or not at all. */
  readonly doubtedSince?: number
  /** Time at which it was removed, although it had not left in order. */
  readonly lostAt?: number
  /** Time at which it began to leave in order. */
  readonly leavingSince?: number
  /** Set if its removal was accepted by hand. */
  readonly isAccepted?: true
  readonly flapState: FlapState
}

/** The members that serve already, each with its pools. */
export type Incumbents = Pick<ReadonlyMap<string, readonly string[]>, 'get'>

/** The memory between two decisions. */
export interface Memory {
  readonly members: ReadonlyMap<string, RememberedMember>
  /** Time of the wall clock since when removals have been held, for display. */
  readonly heldSince?: number
}

/** The memory of an agent that has not decided yet. */
export const noMemory: Memory = { members: VersionedMap.of<string, RememberedMember>([]) }

/** A memory with the pools that its members are in, and these pools by member. */
export interface PlacedMemory {
  readonly memory: Memory
  readonly places: ReadonlyMap<string, readonly string[]>
}

/**
 * Returns the memory with the pools that the admitted members are in now.
 *
 * @param places - pools by member name
 * @param before - the result for the memory and the pools before; only differences are handled
 */
export function withPlaces(
  memory: Memory,
  places: PlacedMemory['places'],
  before?: PlacedMemory,
): Memory {
  const names = before
    ? new Set([
        ...changedKeys(before.memory.members, memory.members),
        ...changedKeys(before.places, places),
      ])
    : memory.members.keys()
  const changes = [...names].flatMap((name): [string, RememberedMember][] => {
    const known = memory.members.get(name)
    const pools = places.get(name) ?? []
    if (!known?.isAdmitted || isDeepStrictEqual(known.pools, pools)) return []
    return [[name, { ...known, pools }]]
  })
  return { ...memory, members: VersionedMap.of(memory.members).with(changes) }
}

/** Returns the members with a server in HAProxy until now, each with the pools that took it. */
export function incumbents({ members }: Memory): Incumbents {
  return {
    get(name) {
      const known = members.get(name)
      return known?.isAdmitted && known.pools.length > 0 ? known.pools : undefined
    },
  }
}

/** Returns the memory after the held removals were accepted by hand. */
export function withAccepted(memory: Memory, held: Iterable<string>): Memory {
  const accepted = new Set(held)
  const changes = [...accepted].flatMap((name): [string, RememberedMember][] => {
    const known = memory.members.get(name)
    return known ? [[name, { ...known, isAccepted: true }]] : []
  })
  return { ...memory, members: VersionedMap.of(memory.members).with(changes) }
}

/** Converts a memory to plain data, without the times: a restart resets the monotonic clock. */
export function memoryAsData({ members }: Memory): unknown {
  return [...members.values()].flatMap(known => memberAsData(known) ?? [])
}

/** Converts the memory of a member to plain data; undefined for one that HAProxy was not to have. */
export function memberAsData({
  member: { name, address, tags },
  pools,
  isAdmitted,
  isDraining,
}: RememberedMember): SavedMember | undefined {
  if (!isAdmitted) return undefined
  return { name, address, tags, pools, ...(isDraining && { isDraining }) }
}

/** Restores the memory from {@link memoryAsData}; undefined for any other data. */
export function memoryFromData(data: unknown): Memory | undefined {
  if (!Array.isArray(data) || !data.every(isSavedMember)) return undefined
  const members = data.map(({ name, address, tags, pools, isDraining }) => {
    const drains = isDraining === true && { isDraining: true as const }
    const member = { name, address, tags }
    const known = { member, pools, isAdmitted: true, ...drains, flapState: noFlaps }
    return [name, known] as const
  })
  return { members: VersionedMap.of(members) }
}

interface SavedMember {
  readonly name: string
  readonly address: string
  readonly tags: Readonly<Record<string, string>>
  readonly pools: readonly string[]
  readonly isDraining?: unknown
}

function isSavedMember(value: unknown): value is SavedMember {
  if (typeof value !== 'object' || value === null) return false
  const { name, address, tags, pools } = value as Readonly<Record<string, unknown>>
  return (
    typeof name === 'string' &&
    typeof address === 'string' &&
    typeof tags === 'object' &&
    tags !== null &&
    Object.values(tags).every(tag => typeof tag === 'string') &&
    Array.isArray(pools) &&
    pools.every(pool => typeof pool === 'string')
  )
}
