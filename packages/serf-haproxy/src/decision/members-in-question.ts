import { isDeepStrictEqual } from 'node:util'
import type { PoolMember } from 'haproxy-config-render'
import { decide, type Decision } from './decide.js'
import type { Facts, Rules } from './evaluate-member.js'
import type { Memory } from './member-memory.js'
import { openMembers } from './open-members.js'

/**
 * Returns the members whose servers' health in HAProxy can change the decision:
 * members that serve, and are in doubt, leave, flap, or have other tags or
 * another address, or whose traffic the user's policy takes.
 *
 * @param before - the last decision; only members that may differ from it are looked at
 */
export function membersInQuestion(
  memory: Memory,
  facts: Omit<Facts, 'servers'>,
  rules: Rules,
  { now, before }: { readonly now: number; readonly before?: Decision | undefined },
): readonly string[] {
  const { members, suspects } = facts.membership
  const next = rules.userPolicy
    ? servingMembers(decide(memory, { ...facts, servers: new Map() }, rules, now))
    : members
  const names = openMembers(before?.basis, memory, facts, { rules, now }) ?? memory.members.keys()
  return [...names].filter(name => {
    const known = memory.members.get(name)
    if (!known?.isAdmitted) return false
    const isDoubted = members.get(name)?.status !== 'alive' || suspects.has(name)
    if (facts.drained?.has(name) && !known.isDraining) return true
    // A member that drains already counts too: without HAProxy it would get its traffic back.
    return isDoubted || known.flapState.isDamped || isOther(known.member, next.get(name))
  })
}

function servingMembers({ admitted }: Decision): ReadonlyMap<string, PoolMember> {
  return new Map([...admitted].filter(([, { draining }]) => !draining))
}

function isOther(before: PoolMember, now: PoolMember | undefined): boolean {
  return !now || now.address !== before.address || !isDeepStrictEqual(now.tags, before.tags)
}
