import type { Member } from 'node-serf-client'
import { changedKeys } from 'versioned-map'
import type { Known } from './membership.js'
import { sameFacts } from './same-facts.js'

/** Differences between two snapshots. */
export interface MembershipChange {
  /** Alive now, but not before. */
  readonly joined: readonly Member[]
  /** Alive before, now leaving. */
  readonly leaving: readonly Member[]
  /** Left gracefully, or no longer known to the agent. */
  readonly left: readonly Member[]
  /** Declared failed by Serf. */
  readonly failed: readonly Member[]
  /** Same status, but another address, port or other tags. */
  readonly updated: readonly Member[]
  /** Alive, but did not answer a probe. */
  readonly suspected: readonly Member[]
  /** Suspect before, and no longer; still alive. */
  readonly refuted: readonly Member[]
  /** Name newly claimed by a second node. */
  readonly conflicting: readonly Member[]
  /** Name no longer claimed by a second node. */
  readonly reconciled: readonly Member[]
}

/**
 * Compares two snapshots. A member is in at most one of the first five lists;
 * the four lists for suspicions and conflicts are independent of them.
 *
 * Between two snapshots of one watch it takes the time of the changes, whatever
 * the number of members.
 *
 * | before            | after             | the member is     |
 * |-------------------|-------------------|-------------------|
 * | absent, or down   | alive             | joined            |
 * | anything else     | leaving           | leaving           |
 * | anything else     | failed            | failed            |
 * | present, not left | left, or absent   | left              |
 * | same status       | other facts       | updated           |
 * | absent            | left, or none     | no change         |
 *
 * @example
 * ```ts
 * import { diffMembership } from 'serf-events'
 *
 * const s1 = { name: 's1', address: '10.0.0.1', port: 7946, status: 'alive', tags: {} } as const
 * const before = { members: new Map([['s1', s1]]) }
 * const after = { members: new Map([['s1', { ...s1, status: 'failed' as const }]]) }
 * diffMembership(before, after).failed.map(({ name }) => name) // => ['s1']
 * ```
 */
export function diffMembership(before: Known, after: Known): MembershipChange {
  const change = {
    joined: [] as Member[],
    leaving: [] as Member[],
    left: [] as Member[],
    failed: [] as Member[],
    updated: [] as Member[],
  }
  for (const name of changedKeys(before.members, after.members)) {
    const known = before.members.get(name)
    const member = after.members.get(name)
    if (!member) {
      if (known && known.status !== 'left') change.left.push(known)
    } else if (known?.status === member.status) {
      if (!sameFacts(known, member)) change.updated.push(member)
    } else if (member.status === 'alive') change.joined.push(member)
    else if (member.status === 'leaving') change.leaving.push(member)
    else if (member.status === 'failed') change.failed.push(member)
    else if (known) change.left.push(member)
  }
  return {
    ...change,
    suspected: onlyIn(after, after.suspects, before.suspects),
    refuted: onlyIn(after, before.suspects, after.suspects).filter(
      member => member.status === 'alive',
    ),
    conflicting: onlyIn(after, after.conflicts, before.conflicts),
    reconciled: onlyIn(after, before.conflicts, after.conflicts),
  }
}

/**
 * Returns true if all lists are empty.
 *
 * @example
 * ```ts
 * import { diffMembership, isUnchanged } from 'serf-events'
 *
 * const nothing = { members: new Map() }
 * isUnchanged(diffMembership(nothing, nothing)) // => true
 * ```
 */
export function isUnchanged(change: MembershipChange): boolean {
  return Object.values(change).every((members: readonly Member[]) => members.length === 0)
}

interface Names {
  keys(): Iterable<string>
  has(name: string): boolean
}

/** Members with a name in one set and not in the other. */
function onlyIn({ members }: Known, names?: Names, others?: Names): Member[] {
  if (names === others) return []
  return [...(names?.keys() ?? [])].flatMap(name => {
    const member = members.get(name)
    return member && !others?.has(name) ? [member] : []
  })
}
