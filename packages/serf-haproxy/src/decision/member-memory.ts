import type { PoolMember } from 'haproxy-config-render'
import { noFlaps, type FlapState } from './flap-damping.js'
import { poolsByMember, type PoolServers } from './pools-by-member.js'

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
export type Incumbents = ReadonlyMap<string, readonly string[]>

/** The memory between two decisions. */
export interface Memory {
  readonly members: ReadonlyMap<string, RememberedMember>
  /** Time of the wall clock since when removals have been held, for display. */
  readonly heldSince?: number
}

/** The memory of an agent that has not decided yet. */
export const noMemory: Memory = { members: new Map() }

/** Returns the memory with the pools that the admitted members are in now. */
export function withPools(memory: Memory, pools: readonly PoolServers[]): Memory {
  const poolsOf = poolsByMember(pools)
  const members = [...memory.members].map(([name, known]): [string, RememberedMember] => [
    name,
    known.isAdmitted ? { ...known, pools: poolsOf.get(name) ?? [] } : known,
  ])
  return { ...memory, members: new Map(members) }
}

/** Returns the members with a server in HAProxy until now, each with the pools that took it. */
export function incumbents({ members }: Memory): Incumbents {
  const serving = [...members].filter(([, { isAdmitted, pools }]) => isAdmitted && pools.length > 0)
  return new Map(serving.map(([name, { pools }]) => [name, pools]))
}

/** Returns the memory after the held removals were accepted by hand. */
export function withAccepted(memory: Memory, held: Iterable<string>): Memory {
  const accepted = new Set(held)
  const members = [...memory.members].map(([name, known]): [string, RememberedMember] => [
    name,
    accepted.has(name) ? { ...known, isAccepted: true } : known,
  ])
  return { ...memory, members: new Map(members) }
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
  return { members: new Map(members) }
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
