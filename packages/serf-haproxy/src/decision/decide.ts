import type { PoolMember } from 'haproxy-config-render'
import { VersionedMap } from 'versioned-map'
import type { MemberState, Standing } from '../state/agent-state.js'
import { balancersIn, type Balancers } from './balancers.js'
import { countMembers } from './count-members.js'
import { guardedPools, type Counted } from './mass-change-guard.js'
import {
  evaluateMember,
  applyUserPolicy,
  type Facts,
  type MemberEvaluation,
  type Rules,
} from './evaluate-member.js'
import type { DecisionRule } from './judge-member.js'
import { keepLastHealthy } from './last-healthy.js'
import type { Memory, RememberedMember } from './member-memory.js'
import {
  basisOf,
  openMembers,
  settledWithout,
  unlessSame,
  type DecisionBasis,
} from './open-members.js'
import {
  mayChangeSoon,
  memoryOf,
  resolveStanding,
  type ResolvedMember,
} from './resolve-standing.js'
import { settledServers } from './settled-servers.js'

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
  readonly verdicts: VersionedMap<string, Verdict>
  /** Members that may have traffic, by name; those with `draining` finish their sessions. */
  readonly admitted: VersionedMap<string, PoolMember>
  /** Members that may be load balancers of this cluster; whether they have traffic is not decided here. */
  readonly balancers: Balancers
  /** Removals that are held, and the reason. */
  readonly held: { readonly reason: string; readonly names: readonly string[] } | undefined
  /** The remembered members of each pool, as the mass-change guard counts them; settled ones are left out. */
  readonly counts: readonly Counted[]
  /** Set if HAProxy's checks, or time alone, may change the decision: decide again soon. */
  readonly mayChangeSoon: boolean
  /** The memory for the next decision. */
  readonly memory: Memory & { readonly members: VersionedMap<string, RememberedMember> }
  /** Input and result, so that the next decision looks only at members that may differ. */
  readonly basis: DecisionBasis
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
 *
 * @param before - the last decision. The result is the same without it, and takes
 * the time of all members instead of those that may differ.
 */
export function decide(
  memory: Memory,
  facts: Facts,
  rules: Rules,
  now: number,
  before?: Decision,
): Decision {
  const open = openMembers(before?.basis, memory, facts, { rules, now })
  const evaluations = namesOf(memory, facts, open).map(name =>
    evaluateMember(name, memory, facts, rules, now),
  )
  const chosen = applyUserPolicy(evaluations, rules.userPolicy)
  const counts = [...countMembers(chosen, rules.guard, now)]
  const looked = open && before && { basis: before.basis, opened: open }
  const settled = looked ? settledWithout(looked.basis, looked.opened) : noneSettled
  const guarded = guardedPools(counts, rules.guard, settled)
  const guardOf = ({ known }: MemberEvaluation) =>
    known?.pools.flatMap(pool => guarded.get(pool) ?? [])[0]
  const alone = chosen.map(each => resolveStanding(each, guardOf(each)))
  const others = open && settledServers(memory, open, settled)
  const resolved = keepLastHealthy(alone, facts, others)
  const { members, ...next } = nextMembers(resolved, { memory, rules, now, before, open })
  const held = resolved
    .filter(({ standing }) => standing === 'held')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const [reason] = held.flatMap(({ guard }) => guard ?? [])
  const heldSince = held.length > 0 ? (memory.heldSince ?? facts.wallTime) : undefined
  return {
    ...next,
    balancers: balancersIn(facts.membership, rules.balancerRole, before?.balancers, open),
    held: reason === undefined ? undefined : { reason, names: held.map(({ name }) => name) },
    counts,
    mayChangeSoon: resolved.some(mayChangeSoon),
    memory: { members, ...(heldSince !== undefined && { heldSince }) },
    basis: basisOf(resolved, members, { memory, facts, rules, settled, now, before: looked }),
  }
}

/** Names of the members to look at: by default all in Serf, then remembered ones that Serf no longer reports. */
function namesOf(
  { members }: Memory,
  { membership }: Pick<Facts, 'membership'>,
  open: ReadonlySet<string> | undefined,
): string[] {
  if (open) return [...open].filter(name => membership.members.has(name) || members.has(name))
  const unreported = [...members.keys()].filter(name => !membership.members.has(name))
  return [...membership.members.keys(), ...unreported]
}

function verdict(resolved: ResolvedMember): Verdict {
  const { name, status, suspect, member, standing, decidedBy, reason, guard } = resolved
  return { name, status, suspect, member, standing, decidedBy, reason, guard }
}

/** The input of a decision, and the decision before. */
interface DecisionContext {
  readonly memory: Memory
  readonly rules: Rules
  readonly now: number
  readonly before: Decision | undefined
  readonly open: ReadonlySet<string> | undefined
}

/** Returns the verdicts, the admitted members and the memory after some members were resolved. */
function nextMembers(
  resolved: readonly ResolvedMember[],
  { memory, rules, now, before, open }: DecisionContext,
): Pick<Decision, 'verdicts' | 'admitted'> & Pick<Decision['memory'], 'members'> {
  const verdicts = new Map<string, Verdict | undefined>()
  const admitted = new Map<string, PoolMember | undefined>()
  const members = new Map<string, RememberedMember | undefined>()
  for (const name of open ?? before?.verdicts.keys() ?? []) {
    verdicts.set(name, undefined)
    admitted.set(name, undefined)
  }
  for (const each of resolved) {
    const { name } = each
    const next = memoryOf(each, rules, now)
    verdicts.set(name, unlessSame(before?.verdicts.get(name), verdict(each)))
    admitted.set(name, each.admitted && unlessSame(before?.admitted.get(name), each.admitted))
    members.set(name, next && unlessSame(memory.members.get(name), next))
  }
  return {
    verdicts: (before?.verdicts ?? VersionedMap.of<string, Verdict>([])).with(verdicts),
    admitted: (before?.admitted ?? VersionedMap.of<string, PoolMember>([])).with(admitted),
    members: VersionedMap.of(memory.members).with(members),
  }
}

const noneSettled = VersionedMap.of<string, number>([])
