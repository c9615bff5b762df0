import type { PoolMember } from 'haproxy-config-render'
import type { Membership } from 'serf-events'
import type { MemberState } from '../state/agent-state.js'
import { updateFlapState, noFlaps, type DampingLimits } from './flap-damping.js'
import { judgeMember, type Judgement } from './judge-member.js'
import type { GuardLimits } from './mass-change-guard.js'
import type { Memory, RememberedMember } from './member-memory.js'
import type { UserPolicy } from './user-policy.js'

/** What is known at one moment. */
export interface Facts {
  readonly membership: Pick<Membership, 'members' | 'suspects' | 'connected'>
  /** HAProxy's servers by name; undefined where it cannot be asked. */
  readonly servers: ReadonlyMap<string, { readonly health: 'up' | 'down' }> | undefined
  /** The wall clock's time, for people. */
  readonly wallTime: number
}

/** What the decision goes by; all of it from the configuration. */
export interface Rules {
  readonly failedGraceMs: number
  readonly guard: GuardLimits
  readonly damping: DampingLimits
  readonly userPolicy?: UserPolicy
}

/** One member, and what it would get on its own. */
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

/** What one member would get on its own. */
export function evaluateMember(
  name: string,
  memory: Memory,
  facts: Facts,
  rules: Rules,
  now: number,
): MemberEvaluation {
  const { members, suspects, connected } = facts.membership
  const told = members.get(name)
  const known = memory.members.get(name)
  const status = told?.status ?? 'absent'
  const suspect = connected && suspects.has(name)
  const since = sinceWhen(connected, status, known, now)
  const isAdmitted = known?.isAdmitted ?? false
  const judgement =
    !connected && isAdmitted && status !== 'leaving'
      ? {
          action: 'serve' as const,
          reason: 'the Serf agent is away: nothing changes until it answers',
        }
      : judgeMember(
          { status, suspect },
          {
            isAdmitted,
            health: facts.servers ? (facts.servers.get(name)?.health ?? 'absent') : 'unknown',
            doubtedForMs: now - (since.doubtedSince ?? now),
            failedGraceMs: rules.failedGraceMs,
          },
        )
  // Who is gone may come back under another address: what is known of it then is old.
  const isToldWell = told !== undefined && (status === 'alive' || !known)
  const { address, tags } = isToldWell ? told : (known?.member ?? told ?? nobody)
  const flaps = known?.flapState ?? noFlaps
  const flapState = updateFlapState(flaps, hasTraffic(judgement), rules.damping, now)
  const member = { name, address, tags }
  return { ...judgement, ...since, name, status, suspect, member, known, flapState }
}

/** How long Serf has doubted it, and how long it has been leaving; an agent that is away says neither. */
function sinceWhen(
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
    leavingSince: connected && isLeaving ? (known?.leavingSince ?? firstLeft) : undefined,
  }
}

const nobody = { address: '', tags: {} }

function hasTraffic({ action }: Judgement): boolean {
  return action === 'serve' || action === 'retain'
}

/** Those who would serve, as the user's own policy has them. */
export function applyUserPolicy(
  looks: readonly MemberEvaluation[],
  policy: UserPolicy | undefined,
): readonly MemberEvaluation[] {
  if (!policy) return looks
  const willing = looks.filter(({ action }) => action === 'serve' || action === 'suspend')
  const chosen = policy(
    willing.map(({ member, status, suspect }) => ({ ...member, status, suspect })),
  )
  return looks.map(each => {
    if (!willing.includes(each)) return each
    const choice = chosen.get(each.name)
    if (choice) return { ...each, member: choice, ...(choice.draining && leftToFinish) }
    const action = each.known?.isAdmitted ? ('remove' as const) : ('none' as const)
    return { ...each, action, reason: 'the own policy leaves it out' }
  })
}

const leftToFinish = { action: 'drain' as const, reason: 'the own policy lets it finish' }
