import { isDeepStrictEqual } from 'node:util'
import { changedKeys, VersionedMap } from 'versioned-map'
import { balancerAddress } from './balancers.js'
import type { Facts, Rules } from './evaluate-member.js'
import { nextDecayAt } from './flap-damping.js'
import { recentLeaveWindowMs } from './mass-change-guard.js'
import type { Memory } from './member-memory.js'
import type { ResolvedMember } from './resolve-standing.js'
import { noDrains, type OperatorDrains } from '../state/operator-drain.js'

/**
 * The input of a decision, and its members by whether they are settled. A settled
 * member keeps its verdict until its own facts or its memory change, or until its
 * time has come: neither HAProxy nor another member has an influence on it. All
 * others are open.
 */
export interface DecisionBasis {
  readonly membership: Facts['membership']
  readonly drained: OperatorDrains
  readonly rules: Rules
  /** The memory that the decision resulted in. */
  readonly members: Memory['members']
  readonly open: ReadonlySet<string>
  /** Number of settled members that serve, by pool. */
  readonly settled: VersionedMap<string, number>
  /** Times of the monotonic clock at which time alone changes a settled member, by name. */
  readonly dueAt: VersionedMap<string, number>
  /** The earliest of them, or a time before it. */
  readonly nextDueAt: number
}

/** The time of a decision, and its rules. */
interface RulesAtTime {
  readonly rules: Rules
  readonly now: number
}

/** Returns the members that the next decision has to look at; undefined for all of them. */
export function openMembers(
  before: DecisionBasis | undefined,
  { members: known }: Memory,
  { membership, drained = noDrains }: Pick<Facts, 'membership' | 'drained'>,
  { rules, now }: RulesAtTime,
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
    ...changedKeys(before.drained, drained),
    ...(now < before.nextDueAt ? [] : dueBy(now, before.dueAt)),
  ])
}

function dueBy(now: number, dueAt: Iterable<readonly [string, number]>): string[] {
  return [...dueAt].flatMap(([name, at]) => (at <= now ? [name] : []))
}

/**
 * Returns whether a member is settled.
 *
 * @param isKept - true if the decision left its memory as it was
 */
function isSettled(
  { action, status, suspect, standing, guard, known, flapState }: ResolvedMember,
  isKept: boolean,
  now: number,
): boolean {
  if (!isKept || suspect || guard !== undefined || flapState.isDamped) return false
  if (flapState !== (known?.flapState ?? flapState)) return false
  if (action === 'serve')
    return status === 'alive' && standing === 'serving' && known?.isAdmitted === true
  return action === 'none' && status !== 'leaving' && isUncounted(known, now)
}

/** Returns whether a member is not in HAProxy, and no loss or leave of it counts. */
function isUncounted(known: ResolvedMember['known'], now: number): boolean {
  if (!known) return true
  const { isAdmitted, lostAt, leavingSince = -Infinity } = known
  return !isAdmitted && lostAt === undefined && now - leavingSince >= recentLeaveWindowMs
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
  { memory, facts, rules, settled, now, before }: BasisInput,
): DecisionBasis {
  const isOpen = (each: ResolvedMember) =>
    !isSettled(each, members.get(each.name) === memory.members.get(each.name), now)
  const open = new Set(resolved.filter(isOpen).map(({ name }) => name))
  const pools = resolved.flatMap(({ name, known }) =>
    known?.isAdmitted && !open.has(name) ? known.pools : [],
  )
  const { membership, drained = noDrains } = facts
  const times = dueTimes(resolved, open, { rules, now, before })
  const counts = withCounts(settled, pools, 1)
  return { membership, drained, rules, members, open, settled: counts, ...times }
}

interface BasisInput extends RulesAtTime {
  readonly memory: Memory
  readonly facts: Pick<Facts, 'membership' | 'drained'>
  readonly settled: VersionedMap<string, number>
  /** The decision before, and the members that were looked at; undefined if these are all. */
  readonly before:
    { readonly basis: DecisionBasis; readonly opened: ReadonlySet<string> } | undefined
}

const noTimes = VersionedMap.of<string, number>([])

/** Returns the times at which settled members are looked at again, after some members were resolved. */
function dueTimes(
  resolved: readonly ResolvedMember[],
  open: ReadonlySet<string>,
  { rules, now, before }: Pick<BasisInput, 'rules' | 'now' | 'before'>,
): Pick<DecisionBasis, 'dueAt' | 'nextDueAt'> {
  const times = resolved.map(({ name, flapState }) => {
    const at = open.has(name) ? Infinity : nextDecayAt(flapState, rules.damping, now)
    return [name, at === Infinity ? undefined : at] as const
  })
  // A member that is gone from Serf and the memory is looked at for the last time.
  const ended = [...(before?.opened ?? [])].map(name => [name, undefined] as const)
  const dueAt = (before?.basis.dueAt ?? noTimes).with([...ended, ...times])
  const known = before && now < before.basis.nextDueAt ? before.basis.nextDueAt : Infinity
  const later = known === Infinity ? dueAt.values() : times.map(([, at = Infinity]) => at)
  return { dueAt, nextDueAt: [...later].reduce((least, at) => Math.min(least, at), known) }
}

/** Returns `before` if `after` is equal to it, so that an unchanged entry is the same object. */
export function unlessSame<T extends object>(before: T | undefined, after: T): T {
  return before !== undefined && isDeepStrictEqual(before, after) ? before : after
}
