import type { ObservedMember } from './observed-pool.js'
import type { PoolMemory, Since } from './pool-memory.js'

/** Time after which a lost member is forgotten, in milliseconds. */
const forgottenAfterMs = 3_600_000

/** The memory that has the members of this round, and the members that are new in it. */
export interface Followed {
  readonly memory: PoolMemory
  /** Names of the members that the last round had not seen. */
  readonly newcomers: readonly string[]
}

/** Takes the members of a round into the memory: the lost, the unhealthy and the stopped ones. */
export function followMembers(
  memory: PoolMemory,
  members: readonly ObservedMember[],
  now: number,
): Followed {
  const named = new Set(members.map(({ name }) => name))
  const staying = members.filter(({ condition }) => condition !== 'leaving')
  const present = staying.map(({ name }) => name)
  const before = new Set([...memory.present, ...memory.lost.map(({ name }) => name)])
  const stopped = new Set(memory.stops.map(({ name }) => name))
  const isPresent = new Set(present)
  const missing = [...before].filter(name => !isPresent.has(name) && !stopped.has(name))
  const unhealthy = staying.filter(({ condition }) => condition === 'unhealthy')
  return {
    memory: {
      ...memory,
      present,
      lost: since(memory.lost, missing, now).filter(lost => now - lost.since < forgottenAfterMs),
      unhealthy: since(
        memory.unhealthy,
        unhealthy.map(({ name }) => name),
        now,
      ),
      stops: memory.stops.filter(({ name }) => named.has(name)),
    },
    newcomers: present.filter(name => !before.has(name)),
  }
}

/** Returns an entry for each name: the known one, or one that begins now. */
function since(known: readonly Since[], names: readonly string[], now: number): readonly Since[] {
  const at = new Map(known.map(each => [each.name, each.since]))
  return names.map(name => ({ name, since: at.get(name) ?? now }))
}
