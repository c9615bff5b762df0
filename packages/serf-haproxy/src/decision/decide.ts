import { isDeepStrictEqual } from 'node:util'
import type { PoolMember } from 'haproxy-config-render'
import type { MemberState, Standing } from '../state/agent-state.js'
import {
  guardedPools,
  recentLeaveWindowMs,
  type Counted,
  type GuardLimits,
} from './mass-change-guard.js'
import {
  evaluateMember,
  applyUserPolicy,
  type Facts,
  type MemberEvaluation,
  type Rules,
} from './evaluate-member.js'
import type { DecisionRule } from './judge-member.js'
import { keepLastHealthy } from './last-healthy.js'
import type { Memory } from './member-memory.js'
import {
  mayChangeSoon,
  memoryOf,
  resolveStanding,
  type ResolvedMember,
} from './resolve-standing.js'

/** The decision on one member. */
export interface Verdict {
  readonly name: string
  readonly status: MemberState['status']
  readonly suspect: boolean
  readonly member: PoolMember
  readonly standing: Standing
  /** The rule that decided on the standing. */
  readonly decidedBy: DecisionRule
  /** The reason for the standing, without the guard's. */
  readonly reason: string
  /** The reason of a guard that keeps it as it is; undefined if none changed the standing. */
  readonly guard: string | undefined
}

/** The decision on all members. */
export interface Decision {
  /** All members by name. Members that no pool selects are among those that may have traffic. */
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** Members that may have traffic; those with `draining` finish their sessions. */
  readonly admitted: readonly PoolMember[]
  /** Removals that are held, and the reason. */
  readonly held: { readonly reason: string; readonly names: readonly string[] } | undefined
  /** The remembered members of each pool, as the mass-change guard counts them. */
  readonly counts: readonly Counted[]
  /** Set if HAProxy's checks, or time alone, may change the decision: decide again soon. */
  readonly mayChangeSoon: boolean
  /** The memory for the next decision. */
  readonly memory: Memory
}

/**
 * Decides which members may have traffic. Pure: the same memory, facts and time
 * give the same decision, and neither HAProxy nor Serf is asked.
 *
 * | action ({@link judgeMember}) | damped | pool is guarded | standing         | HAProxy    |
 * |------------------------------|--------|-----------------|------------------|------------|
 * | serve                        | no     |                 | `serving`        | has it     |
 * | serve                        | yes    | no              | `damped`         | drains it  |
 * | serve                        | yes    | yes             | `serving`        | has it     |
 * | drain                        |        |                 | `draining`       | drains it  |
 * | drain, by the user's policy  |        | yes             | `held`           | has it     |
 * | suspend                      | no     | no              | `draining`       | drains it  |
 * | suspend                      | yes    | no              | `damped`         | drains it  |
 * | suspend                      |        | yes             | `serving`        | has it     |
 * | retain                       |        |                 | `kept-by-health` | has it     |
 * | remove                       |        | no              | `gone`           | removes it |
 * | remove                       |        | yes             | `held`           | has it     |
 * | remove, accepted by hand     |        |                 | `gone`           | removes it |
 * | none                         |        |                 | `gone`           | removes it |
 *
 * The last healthy servers of a pool then keep their traffic, whatever the table
 * says ({@link keepLastHealthy}).
 *
 * While the Serf agent is unreachable, all members stay as they are, and every
 * suspicion ends. The user's policy is applied to the members that would serve.
 * A member that it leaves out is removed like one that failed.
 */
export function decide(memory: Memory, facts: Facts, rules: Rules, now: number): Decision {
  const evaluations = allNames(memory, facts).map(name =>
    evaluateMember(name, memory, facts, rules, now),
  )
  const chosen = applyUserPolicy(evaluations, rules.userPolicy)
  const counts = [...counted(chosen, rules.guard, now)]
  const guarded = guardedPools(counts, rules.guard)
  const guardOf = ({ known }: MemberEvaluation) =>
    known?.pools.flatMap(pool => guarded.get(pool) ?? [])[0]
  const alone = chosen.map(each => resolveStanding(each, guardOf(each)))
  const resolved = keepLastHealthy(alone, facts)
  const held = resolved.filter(({ standing }) => standing === 'held')
  const members = new Map(
    resolved.flatMap(each => {
      const next = memoryOf(each, rules.guard.windowMs, now)
      return next ? [[each.name, next] as const] : []
    }),
  )
  const [reason] = held.flatMap(({ guard }) => guard ?? [])
  const heldSince = held.length > 0 ? (memory.heldSince ?? facts.wallTime) : undefined
  return {
    verdicts: new Map(resolved.map(each => [each.name, verdict(each)])),
    admitted: resolved.flatMap(({ admitted }) => admitted ?? []),
    held: reason === undefined ? undefined : { reason, names: held.map(({ name }) => name) },
    counts,
    mayChangeSoon: resolved.some(mayChangeSoon),
    memory: { members, ...(heldSince !== undefined && { heldSince }) },
  }
}

/** Names of all members in Serf, then of remembered members that Serf no longer reports. */
function allNames({ members }: Memory, { membership }: Facts): string[] {
  const unreported = [...members.keys()].filter(name => !membership.members.has(name))
  return [...membership.members.keys(), ...unreported]
}

function* counted(
  evaluations: readonly MemberEvaluation[],
  { windowMs }: GuardLimits,
  now: number,
): Generator<Counted> {
  const isWithin = (ms: number, at: number | undefined) => at !== undefined && now - at < ms
  for (const { name, action, decidedBy, known, leavingSince, flapState } of evaluations) {
    if (!known || known.isAccepted) continue
    const { pools, lostAt } = known
    const isDoubted = action === 'suspend' || action === 'retain' || action === 'remove'
    if (isWithin(recentLeaveWindowMs, leavingSince)) yield { name, pools, as: 'left' }
    else if (action === 'drain' && (decidedBy !== 'user-policy' || known.isDraining)) continue
    else if (decidedBy === 'user-policy' && action !== 'none')
      yield { name, pools, as: 'withdrawn' }
    else if (action !== 'none')
      yield { name, pools, as: isDoubted || flapState.isDamped ? 'doubted' : 'trusted' }
    else if (isWithin(windowMs, lostAt)) yield { name, pools, as: 'lost' }
  }
}

function verdict(resolved: ResolvedMember): Verdict {
  const { name, status, suspect, member, standing, decidedBy, reason, guard } = resolved
  return { name, status, suspect, member, standing, decidedBy, reason, guard }
}

/**
 * Returns whether the health of HAProxy's servers can change the decision: a
 * member that serves is in doubt, leaves, or has other tags or another address, or
 * the user's policy or the damping takes its traffic.
 */
export function needsServerHealth(
  memory: Memory,
  facts: Omit<Facts, 'servers'>,
  rules: Rules,
  now: number,
): boolean {
  const { members, suspects } = facts.membership
  const known = [...memory.members]
  const admitted = known.filter(([, { isAdmitted }]) => isAdmitted)
  if (admitted.some(([name]) => members.get(name)?.status !== 'alive' || suspects.has(name)))
    return true
  const isPlain = !rules.userPolicy && !known.some(([, { flapState }]) => flapState.isDamped)
  const next = isPlain
    ? members
    : servingMembers(decide(memory, { ...facts, servers: new Map() }, rules, now))
  // Those that drain already count too: without HAProxy they would get their traffic back.
  return admitted.some(([name, { member }]) => isOther(member, next.get(name)))
}

function servingMembers({ admitted }: Decision): ReadonlyMap<string, PoolMember> {
  return new Map(admitted.flatMap(each => (each.draining ? [] : [[each.name, each] as const])))
}

function isOther(before: PoolMember, now: PoolMember | undefined): boolean {
  return !now || now.address !== before.address || !isDeepStrictEqual(now.tags, before.tags)
}
