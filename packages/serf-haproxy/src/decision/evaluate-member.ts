import type { PoolMember } from 'haproxy-config-render'
import type { Membership } from 'serf-events'
import type { MemberState } from '../state/agent-state.js'
import { afterLook, calm, type DampingLimits } from './flap-damping.js'
import { judgeMember, type Judgement } from './judge-member.js'
import type { GuardLimits } from './mass-change-guard.js'
import type { Memory, RememberedMember } from './member-memory.js'
import type { OwnPolicy } from './user-policy.js'

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
  readonly ownPolicy?: OwnPolicy
}

/** One member, and what it would get on its own. */
export interface Look extends Judgement {
  readonly name: string
  readonly status: MemberState['status']
  readonly suspect: boolean
  readonly member: PoolMember
  readonly known: RememberedMember | undefined
  readonly doubtedSince: number | undefined
  readonly leavingSince: number | undefined
  readonly unrest: RememberedMember['unrest']
}

/** What one member would get on its own. */
export function lookAt(
  name: string,
  memory: Memory,
  facts: Facts,
  rules: Rules,
  now: number,
): Look {
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
          course: 'serve' as const,
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
  const unrest = afterLook(known?.unrest ?? calm, hasTraffic(judgement), rules.damping, now)
  const member = { name, address, tags }
  return { ...judgement, ...since, name, status, suspect, member, known, unrest }
}

/** How long Serf has doubted it, and how long it has been leaving; an agent that is away says neither. */
function sinceWhen(
  connected: boolean,
  status: Look['status'],
  known: RememberedMember | undefined,
  now: number,
): Pick<Look, 'doubtedSince' | 'leavingSince'> {
  const isLeaving = status === 'leaving' || status === 'left'
  const isDoubted = status !== 'alive' && !isLeaving
  const firstLeft = known?.isAdmitted ? now : undefined
  return {
    doubtedSince: connected && isDoubted ? (known?.doubtedSince ?? now) : undefined,
    leavingSince: connected && isLeaving ? (known?.leavingSince ?? firstLeft) : undefined,
  }
}

const nobody = { address: '', tags: {} }

function hasTraffic({ course }: Judgement): boolean {
  return course === 'serve' || course === 'keep'
}

/** Those who would serve, as the user's own policy has them. */
export function withOwnPolicy(
  looks: readonly Look[],
  policy: OwnPolicy | undefined,
): readonly Look[] {
  if (!policy) return looks
  const willing = looks.filter(({ course }) => course === 'serve' || course === 'rest')
  const chosen = policy(
    willing.map(({ member, status, suspect }) => ({ ...member, status, suspect })),
  )
  return looks.map(each => {
    if (!willing.includes(each)) return each
    const choice = chosen.get(each.name)
    if (choice) return { ...each, member: choice, ...(choice.draining && leftToFinish) }
    const course = each.known?.isAdmitted ? ('lose' as const) : ('none' as const)
    return { ...each, course, reason: 'the own policy leaves it out' }
  })
}

const leftToFinish = { course: 'drain' as const, reason: 'the own policy lets it finish' }
