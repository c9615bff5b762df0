import type { PoolMember } from 'haproxy-config-render'
import type { Membership } from 'serf-events'
import { printableText } from '../printable-name.js'
import type { MemberState } from '../state/agent-state.js'
import type { OperatorDrain, OperatorDrains } from '../state/operator-drain.js'
import { balancerAddress } from './balancers.js'
import { updateFlapState, noFlaps, type DampingLimits } from './flap-damping.js'
import { judgeMember, type Judgement } from './judge-member.js'
import type { GuardLimits } from './mass-change-guard.js'
import type { Memory, RememberedMember } from './member-memory.js'
import type { UserPolicy } from './user-policy.js'

/** The facts that a decision is based on. */
export interface Facts {
  readonly membership: Pick<Membership, 'members' | 'suspects' | 'connected' | 'self'>
  /**
   * HAProxy's servers by name, at least those of all members in question;
   * undefined if HAProxy was not asked, or does not answer.
   */
  readonly servers: ReadonlyMap<string, ServerFacts> | undefined
  /** Time of the wall clock, for display. */
  readonly wallTime: number
  /** Members that an operator drains. */
  readonly drained?: OperatorDrains
}

/** A member's servers in HAProxy. */
export interface ServerFacts {
  /** `up` if HAProxy finds it up in any pool. */
  readonly health: 'up' | 'down'
  /** Pools in which it gets traffic and its last check succeeded; undefined: all of its pools if it is up. */
  readonly provenIn?: readonly string[]
}

/** The rules of a decision, all of them from the configuration. */
export interface Rules {
  /** Grace time of a failed member that HAProxy's check finds healthy, in milliseconds. */
  readonly failedGraceMs: number
  /** Milliseconds after which a leaving member that is healthy for HAProxy counts as present. */
  readonly leavingGraceMs: number
  /** Limits of the guard against mass changes. */
  readonly guard: GuardLimits
  /** Limits of changes of one member in a short time. */
  readonly damping: DampingLimits
  /** Value of the tag `role` of load balancers, if the configuration has any. */
  readonly balancerRole?: string
  /** Policy module of the configuration, if it has one. */
  readonly userPolicy?: UserPolicy
}

/** One member with the action for it on its own. */
export interface MemberEvaluation extends Judgement {
  readonly name: string
  readonly status: MemberState['status']
  readonly suspect: boolean
  readonly member: PoolMember
  readonly known: RememberedMember | undefined
  readonly doubtedSince: number | undefined
  readonly leavingSince: number | undefined
  readonly flapState: RememberedMember['flapState']
}

/** Evaluates one member on its own. */
export function evaluateMember(
  name: string,
  memory: Memory,
  facts: Facts,
  rules: Rules,
  now: number,
): MemberEvaluation {
  const evaluation = evaluateBySerf(name, memory, facts, rules, now)
  return withOperatorDrain(evaluation, facts.drained?.get(name))
}

function evaluateBySerf(
  name: string,
  memory: Memory,
  facts: Facts,
  rules: Rules,
  now: number,
): MemberEvaluation {
  const { members, suspects, connected } = facts.membership
  const reported = members.get(name)
  const known = memory.members.get(name)
  const status = reported?.status ?? 'absent'
  const suspect = connected && suspects.has(name)
  const since = transitionTimes(connected, status, known, now)
  const isAdmitted = known?.isAdmitted ?? false
  const judgement =
    !connected && isAdmitted && status !== 'leaving'
      ? disconnected
      : judgeMember(
          { status, suspect },
          {
            isAdmitted,
            health: facts.servers ? (facts.servers.get(name)?.health ?? 'absent') : 'unknown',
            doubtedForMs: now - (since.doubtedSince ?? now),
            failedGraceMs: rules.failedGraceMs,
            leavingForMs: now - (since.leavingSince ?? now),
            leavingGraceMs: rules.leavingGraceMs,
          },
        )
  // A member that is gone may return with another address: its last address in Serf is outdated.
  const isPresent = status === 'alive' || (status === 'leaving' && judgement.action === 'serve')
  const isCurrent = reported !== undefined && (isPresent || !known)
  const { address, tags } = isCurrent ? reported : (known?.member ?? reported ?? unknownMember)
  const flaps = known?.flapState ?? noFlaps
  const flapState = updateFlapState(flaps, wantsTraffic(judgement), rules.damping, now)
  const balancer = balancerAddress(facts.membership)
  const member = { name, address, tags, ...(balancer && { balancerAddress: balancer }) }
  return { ...judgement, ...since, name, status, suspect, member, known, flapState }
}

/** Drains a member that would get traffic, or keep it, if an operator asked for that. */
function withOperatorDrain(
  evaluation: MemberEvaluation,
  drain: OperatorDrain | undefined,
): MemberEvaluation {
  const { action } = evaluation
  const hasTraffic = action === 'serve' || action === 'suspend' || action === 'retain'
  if (!drain || !hasTraffic) return evaluation
  const why = drain.reason === undefined ? '' : `: ${printableText(drain.reason)}`
  return {
    ...evaluation,
    action: 'drain',
    decidedBy: 'operator',
    reason: `an operator drains it${why}`,
  }
}

const disconnected: Judgement = {
  action: 'serve',
  decidedBy: 'serf-connection',
  reason: 'the Serf agent is unreachable: nothing changes until it answers',
}

/** Times since when Serf has doubted a member, not while disconnected, and since when it has been leaving. */
function transitionTimes(
  connected: boolean,
  status: MemberEvaluation['status'],
  known: RememberedMember | undefined,
  now: number,
): Pick<MemberEvaluation, 'doubtedSince' | 'leavingSince'> {
  const isLeaving = status === 'leaving' || status === 'left'
  const isDoubted = status !== 'alive' && !isLeaving
  const firstLeft = known?.isAdmitted ? now : undefined
  return {
    doubtedSince: connected && isDoubted ? (known?.doubtedSince ?? now) : undefined,
    leavingSince: isLeaving ? (known?.leavingSince ?? firstLeft) : undefined,
  }
}

const unknownMember = { address: '', tags: {} }

/** A leave counts as a flap when it has ended: until then the member may refute it. */
function wantsTraffic({ action }: Judgement): boolean {
  return action === 'serve' || action === 'retain' || action === 'drain'
}

/** Applies the user's policy to the members that would serve. */
export function applyUserPolicy(
  evaluations: readonly MemberEvaluation[],
  policy: UserPolicy | undefined,
): readonly MemberEvaluation[] {
  if (!policy) return evaluations
  const candidates = evaluations.filter(({ action }) => action === 'serve' || action === 'suspend')
  const chosen = policy(
    candidates.map(({ member, status, suspect }) => ({ ...member, status, suspect })),
  )
  const asked = new Set(candidates)
  return evaluations.map(evaluation => {
    if (!asked.has(evaluation)) return evaluation
    const choice = chosen.get(evaluation.name)
    if (choice) return { ...evaluation, member: choice, ...(choice.draining && drainedByPolicy) }
    const action = evaluation.known?.isAdmitted ? ('remove' as const) : ('none' as const)
    return { ...evaluation, action, ...leftOutByPolicy }
  })
}

const drainedByPolicy = {
  action: 'drain',
  decidedBy: 'user-policy',
  reason: 'the custom policy drains it',
} as const

const leftOutByPolicy = {
  decidedBy: 'user-policy',
  reason: 'the custom policy leaves it out',
} as const
