import type { Member } from 'node-serf-client'
import type { VersionedMap } from 'versioned-map'
import { sameFacts } from '../same-facts.js'

/** Members by name. */
export type Members = VersionedMap<string, Member>

/** Members after a read by name. */
export interface NamedMerge {
  readonly members: Members
  /** True if a member that was asked for is missing, and no line said that it is gone. */
  readonly isDoubtful: boolean
}

/**
 * Returns the members of a whole read. A member whose facts are the same stays
 * the same object.
 */
export function mergeAll(known: Members, list: readonly Member[]): Members {
  const read = new Map(list.map(member => [member.name, member]))
  if (known.size === 0) return known.with(read)
  const changes = differing(known, read.values())
  for (const name of known.keys()) if (!read.has(name)) changes.push([name, undefined])
  return known.with(changes)
}

/**
 * Returns the members after a read of some of them. A member that is missing in
 * the reply stays as it is, and the result is doubtful, unless a log line said
 * that it is gone.
 *
 * @param names - names that were asked for, with true for a member that may be gone
 */
export function mergeNamed(
  known: Members,
  names: ReadonlyMap<string, boolean>,
  list: readonly Member[],
): NamedMerge {
  const changes = differing(known, list)
  const read = new Set(list.map(({ name }) => name))
  let isDoubtful = false
  for (const [name, isGone] of names) {
    if (read.has(name)) continue
    if (isGone) changes.push([name, undefined])
    else isDoubtful = true
  }
  return { members: known.with(changes), isDoubtful }
}

function differing(known: Members, list: Iterable<Member>): [string, Member | undefined][] {
  const changes: [string, Member | undefined][] = []
  for (const member of list) {
    const before = known.get(member.name)
    const isSame = before?.status === member.status && sameFacts(before, member)
    if (!isSame) changes.push([member.name, member])
  }
  return changes
}
