import type { PoolMember } from 'haproxy-config-render'
import { noFlaps, type FlapState } from './flap-damping.js'

/** What is remembered of a member from one decision to the next. Times are those of the monotonic clock. */
export interface RememberedMember {
  /** As it was applied last. */
  readonly member: PoolMember
  /** The pools that it was in. */
  readonly pools: readonly string[]
  /** Whether HAProxy was to have it. */
  readonly isAdmitted: boolean
  /** Since when Serf calls it failed, or tells of it no more. */
  readonly doubtedSince?: number
  /** When it was given up, though it had not left in order. */
  readonly lostAt?: number
  /** When it began to leave in order. */
  readonly leavingSince?: number
  /** Its removal was accepted by hand. */
  readonly isAccepted?: true
  readonly flapState: FlapState
}

/** What is remembered from one decision to the next. */
export interface Memory {
  readonly members: ReadonlyMap<string, RememberedMember>
  /** Since when removals are held; the wall clock's, for people. */
  readonly heldSince?: number
}

/** The memory of an agent that begins; undefined where nothing was ever decided. */
export const noMemory: Memory = { members: new Map() }

/** The memory with the pools that each member came to be in. */
export function withPools(
  memory: Memory,
  pools: readonly {
    readonly name: string
    readonly servers: readonly { readonly name: string }[]
  }[],
): Memory {
  const poolsOf = new Map<string, string[]>()
  for (const pool of pools) {
    for (const { name } of pool.servers) {
      const known = poolsOf.get(name)
      if (known) known.push(pool.name)
      else poolsOf.set(name, [pool.name])
    }
  }
  const members = [...memory.members].map(([name, known]): [string, RememberedMember] => {
    const now = poolsOf.get(name)
    return [name, known.isAdmitted ? { ...known, pools: now ?? [] } : known]
  })
  return { ...memory, members: new Map(members) }
}

/** Whom HAProxy is to have until now. */
export function incumbents({ members }: Memory): ReadonlySet<string> {
  const names = [...members].flatMap(([name, { isAdmitted }]) => (isAdmitted ? name : []))
  return new Set(names)
}

/** The memory after a human accepted the removals that are held. */
export function withAccepted(memory: Memory, held: Iterable<string>): Memory {
  const accepted = new Set(held)
  const members = [...memory.members].map(([name, known]): [string, RememberedMember] => [
    name,
    accepted.has(name) ? { ...known, isAccepted: true } : known,
  ])
  return { ...memory, members: new Map(members) }
}

/** A memory as a file has it: without the times of a clock that a restart begins anew. */
export function memoryAsData({ members }: Memory): unknown {
  return [...members.values()]
    .filter(({ isAdmitted }) => isAdmitted)
    .map(({ member: { name, address, tags }, pools }) => ({ name, address, tags, pools }))
}

/** The memory that {@link memoryAsData} gave; undefined where it is none. */
export function memoryFromData(data: unknown): Memory | undefined {
  if (!Array.isArray(data) || !data.every(isSaved)) return undefined
  const members = data.map(({ name, address, tags, pools }): [string, RememberedMember] => [
    name,
    { member: { name, address, tags }, pools, isAdmitted: true, flapState: noFlaps },
  ])
  return { members: new Map(members) }
}

interface Saved {
  readonly name: string
  readonly address: string
  readonly tags: Readonly<Record<string, string>>
  readonly pools: readonly string[]
}

function isSaved(value: unknown): value is Saved {
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
