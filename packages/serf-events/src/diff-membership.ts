import type { Member } from 'node-serf-client'
import type { Membership } from './membership.js'

/** What differs between two snapshots, by member name. */
export interface MembershipChange {
  /** Alive now, and not before. */
  readonly joined: readonly Member[]
  /** Alive before, and on its way out. */
  readonly leaving: readonly Member[]
  /** Left of its own will, or unknown to the agent by now. */
  readonly left: readonly Member[]
  /** Found dead. */
  readonly failed: readonly Member[]
  /** Same status, other address, port or tags. */
  readonly updated: readonly Member[]
}

/**
 * The difference between two snapshots.
 *
 * | before            | after             | the member is     |
 * |-------------------|-------------------|-------------------|
 * | absent, or down   | alive             | joined            |
 * | anything else     | leaving           | leaving           |
 * | anything else     | failed            | failed            |
 * | present, not left | left, or absent   | left              |
 * | same status       | other facts       | updated           |
 * | absent            | left, or none     | no change         |
 */
export function diffMembership(
  before: Pick<Membership, 'members'>,
  after: Pick<Membership, 'members'>,
): MembershipChange {
  const change = {
    joined: [] as Member[],
    leaving: [] as Member[],
    left: [] as Member[],
    failed: [] as Member[],
    updated: [] as Member[],
  }
  for (const member of after.members.values()) {
    const known = before.members.get(member.name)
    if (known?.status === member.status) {
      if (!sameFacts(known, member)) change.updated.push(member)
    } else if (member.status === 'alive') change.joined.push(member)
    else if (member.status === 'leaving') change.leaving.push(member)
    else if (member.status === 'failed') change.failed.push(member)
    else if (known) change.left.push(member)
  }
  for (const member of before.members.values()) {
    if (member.status !== 'left' && !after.members.has(member.name)) change.left.push(member)
  }
  return change
}

/** Whether nothing at all differs. */
export function isUnchanged(change: MembershipChange): boolean {
  return Object.values(change).every((members: readonly Member[]) => members.length === 0)
}

function sameFacts(a: Member, b: Member): boolean {
  const tags = Object.keys(a.tags)
  return (
    a.address === b.address &&
    a.port === b.port &&
    tags.length === Object.keys(b.tags).length &&
    tags.every(tag => a.tags[tag] === b.tags[tag])
  )
}
