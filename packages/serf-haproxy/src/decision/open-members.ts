import { isDeepStrictEqual } from 'node:util'
import { changedKeys, type VersionedMap } from 'versioned-map'
import { balancerAddress } from './balancer-address.js'
import type { Facts, Rules } from './evaluate-member.js'
import type { Memory } from './member-memory.js'
import type { ResolvedMember } from './resolve-standing.js'

/**
 * The input of a decision, and its members by whether they are settled. A settled
 * member keeps its verdict until its own facts or its memory change: neither
 * time nor HAProxy nor another member has an influence on it. All others are open.
 */
export interface DecisionBasis {
  readonly membership: Facts['membership']
  readonly rules: Rules
  /** The memory that the decision resulted in. */
  readonly members: Memory['members']
  readonly open: ReadonlySet<string>
  /** Number of settled members that serve, by pool. */
  readonly settled: VersionedMap<string, number>
}

/** Returns the members that the next decision has to look at; undefined for all of them. */
export function openMembers(
  before: DecisionBasis | undefined,
  { members: known }: Memory,
  { membership }: Pick<Facts, 'membership'>,
  rules: Rules,
): ReadonlySet<string> | undefined {
  if (!before || before.rules !== rules || rules.userPolicy) return undefined
  const { members, suspects, connected } = membership
  if (!connected || !before.membership.connected) return undefined
  if (balancerAddress(before.membership) !== balancerAddress(membership)) return undefined
  return new Set([
    ...before.open,
    ...before.membership.suspects,
    ...suspects,
    ...changedKeys(before.membership.members, members),
    ...changedKeys(before.members, known),
  ])
}

/**
 * Returns whether a member is settled.
 *
 * @param isKept - true if the decision left its memory as it was
 */
function isSettled(
  { action, status, suspect, standing, guard, known, flapState }: ResolvedMember,
  isKept: boolean,
): boolean {
  if (!isKept || suspect || guard !== undefined) return false
  if (flapState.penalty > 0 || flapState !== (known?.flapState ?? flapState)) return false
  if (action === 'serve')
    return status === 'alive' && standing === 'serving' && known?.isAdmitted === true
  return action === 'none' && isForgettable(known)
}

/** Returns whether a member is not in HAProxy, and no loss or leave of it counts. */
function isForgettable(known: ResolvedMember['known']): boolean {
  if (!known) return true
  return !known.isAdmitted && known.lostAt === undefined && known.leavingSince === undefined
}

/** Returns the counts of settled members without some members, as the decision before counted these. */
export function settledWithout(
  { settled, members, open }: DecisionBasis,
  names: Iterable<string>,
): VersionedMap<string, number> {
  const pools = [...names].flatMap(name => {
    const known = open.has(name) ? undefined : members.get(name)
    return known?.isAdmitted ? known.pools : []
  })
  return withCounts(settled, pools, -1)
}

/** Returns the counts after one more, or one less, member in each of these pools. */
function withCounts(
  counts: VersionedMap<string, number>,
  pools: Iterable<string>,
  by: 1 | -1,
): VersionedMap<string, number> {
  const changed = new Map<string, number>()
  for (const pool of pools) changed.set(pool, (changed.get(pool) ?? counts.get(pool) ?? 0) + by)
  return counts.with([...changed].map(([pool, count]) => [pool, count === 0 ? undefined : count]))
}

/** Returns the basis of the next decision. `settled` counts the members that were not looked at. */
export function basisOf(
  resolved: readonly ResolvedMember[],
  members: Memory['members'],
  { memory, facts, rules, settled }: BasisInput,
): DecisionBasis {
  const isOpen = (each: ResolvedMember) =>
    !isSettled(each, members.get(each.name) === memory.members.get(each.name))
  const open = new Set(resolved.filter(isOpen).map(({ name }) => name))
  const pools = resolved.flatMap(({ name, known }) =>
    known?.isAdmitted && !open.has(name) ? known.pools : [],
  )
  const { membership } = facts
  return { membership, rules, members, open, settled: withCounts(settled, pools, 1) }
}

interface BasisInput {
  readonly memory: Memory
  readonly rules: Rules
  readonly facts: Pick<Facts, 'membership'>
  readonly settled: VersionedMap<string, number>
}

/** Returns `before` if `after` is equal to it, so that an unchanged entry is the same object. */
export function unlessSame<T extends object>(before: T | undefined, after: T): T {
  return before !== undefined && isDeepStrictEqual(before, after) ? before : after
}
