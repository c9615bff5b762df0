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
import type { Memory } from './member-memory.js'
import {
  mayChangeSoon,
  memoryOf,
  resolveStanding,
  type ResolvedMember,
} from './resolve-standing.js'

/** What was decided on one member. */
export interface Verdict {
  readonly name: string
  readonly status: MemberState['status']
  readonly suspect: boolean
  readonly member: PoolMember
  readonly standing: Standing
  readonly reason: string
}

/** What was decided. */
export interface Decision {
  /** Everybody, by name; those that a pool does not want are among those that may have traffic. */
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** Who may have traffic; those with `draining` finish what they have. */
  readonly admitted: readonly PoolMember[]
  /** Removals that are held, and why. */
  readonly held: { readonly reason: string; readonly names: readonly string[] } | undefined
  /** Whether health, or time alone, may change the decision: look again soon. */
  readonly mayChangeSoon: boolean
  /** What to remember for the next decision. */
  readonly memory: Memory
}

/**
 * Who may have traffic. Pure: the same memory, facts and time give the same
 * decision, and neither HAProxy nor Serf is asked.
 *
 * | action ({@link judgeMember}) | damped        | pool is guarded | standing         | HAProxy   |
 * |------------------------------|---------------|-----------------|------------------|-----------|
 * | serve                        | no            |                 | `serving`        | has it    |
 * | serve                        | yes           | no              | `damped`         | drains it |
 * | serve                        | yes           | yes             | `serving`        | has it    |
 * | drain                        |               |                 | `draining`       | drains it |
 * | suspend                         | no            | no              | `draining`       | drains it |
 * | suspend                         | yes           | no              | `damped`         | drains it |
 * | suspend                         |               | yes             | `serving`        | has it    |
 * | keep                         |               |                 | `kept-by-health` | has it    |
 * | lose                         |               | no              | `gone`           | lets go   |
 * | lose                         |               | yes             | `held`           | has it    |
 * | lose, accepted by hand       |               |                 | `gone`           | lets go   |
 * | none                         |               |                 | `gone`           | lets go   |
 *
 * A Serf agent that is away says nothing: everybody keeps what they have, and
 * every suspicion ends. A pool's own policy is asked last on who would serve;
 * whom it leaves out without need is lost like one that failed.
 */
export function decide(memory: Memory, facts: Facts, rules: Rules, now: number): Decision {
  const looks = everybody(memory, facts).map(name =>
    evaluateMember(name, memory, facts, rules, now),
  )
  const chosen = applyUserPolicy(looks, rules.userPolicy)
  const guarded = guardedPools(counted(chosen, rules.guard, now), rules.guard)
  const guardOf = ({ known }: MemberEvaluation) =>
    known?.pools.flatMap(pool => guarded.get(pool) ?? [])[0]
  const settled = chosen.map(each => resolveStanding(each, guardOf(each)))
  const held = settled.filter(({ standing }) => standing === 'held')
  const members = new Map(
    settled.flatMap(each => {
      const next = memoryOf(each, rules.guard.windowMs, now)
      return next ? [[each.name, next] as const] : []
    }),
  )
  const [reason] = held.flatMap(each => guardOf(each) ?? [])
  const heldSince = held.length > 0 ? (memory.heldSince ?? facts.wallTime) : undefined
  return {
    verdicts: new Map(settled.map(each => [each.name, verdict(each)])),
    admitted: settled.flatMap(({ admitted }) => admitted ?? []),
    held: reason === undefined ? undefined : { reason, names: held.map(({ name }) => name) },
    mayChangeSoon: settled.some(mayChangeSoon),
    memory: { members, ...(heldSince !== undefined && { heldSince }) },
  }
}

/** Everybody of whom Serf tells, and who serves though it does not. */
function everybody({ members }: Memory, { membership }: Facts): string[] {
  const forgotten = [...members.keys()].filter(name => !membership.members.has(name))
  return [...membership.members.keys(), ...forgotten]
}

function* counted(
  looks: readonly MemberEvaluation[],
  { windowMs }: GuardLimits,
  now: number,
): Generator<Counted> {
  const isWithin = (ms: number, at: number | undefined) => at !== undefined && now - at < ms
  for (const { name, action, known, leavingSince, flapState } of looks) {
    if (!known || known.isAccepted) continue
    const { pools, lostAt } = known
    const isDoubted = action === 'suspend' || action === 'retain' || action === 'remove'
    if (isWithin(recentLeaveWindowMs, leavingSince)) yield { name, pools, as: 'left' }
    else if (action === 'drain') continue
    else if (action !== 'none')
      yield { name, pools, as: isDoubted || flapState.isDamped ? 'doubted' : 'trusted' }
    else if (isWithin(windowMs, lostAt)) yield { name, pools, as: 'lost' }
  }
}

function verdict({ name, status, suspect, member, standing, reason }: ResolvedMember): Verdict {
  return { name, status, suspect, member, standing, reason }
}

/**
 * Whether HAProxy's word on its servers can change the decision: somebody who
 * serves is in doubt, or leaves.
 */
export function needsServerHealth(
  memory: Memory,
  { members, suspects }: Facts['membership'],
): boolean {
  for (const [name, { isAdmitted }] of memory.members) {
    if (isAdmitted && (members.get(name)?.status !== 'alive' || suspects.has(name))) return true
  }
  return false
}
