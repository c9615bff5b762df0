import {
  buildModel,
  evaluateSelection,
  type PoolMember,
  type PoolPolicy,
  type Quarantined,
} from 'haproxy-config-render'
import { frozenOf, type AgentRecord } from './agent-record.js'
import type { MemberState } from '../state/agent-state.js'
import type { Clock } from '../clock.js'
import { noFlaps, penaltyAt } from '../decision/flap-damping.js'
import type { Configuration } from '../configuration/schema.js'
import { isGraceOver } from '../decision/judge-member.js'
import { drainText } from '../state/operator-drain.js'
import type { Explanation, RuleResult } from '../state/explanation.js'
import type { Memory, RememberedMember } from '../decision/member-memory.js'
import { healthOf } from '../haproxy/server-status.js'
import { plural } from 'command-line-program'
import { printableName } from '../printable-name.js'
import { proxyPolicy } from '../rendering/render-members.js'

/** The parts of the record that an explanation reads. */
export type ExplainedRecord = Pick<
  AgentRecord,
  'memberStates' | 'times' | 'observation' | 'rendering' | 'frozen' | 'releasedAt' | 'drained'
>

/** Explains the current state of a member, rule by rule. */
export function explain(
  name: string,
  record: ExplainedRecord,
  configuration: Configuration,
  memory: Memory | undefined,
  clock: Pick<Clock, 'now'>,
): Explanation {
  const state = record.memberStates.get(name)
  const times = record.times.of(name)
  const shown = printableName(name)
  if (!state) {
    const now = `${shown} is unknown: it is not a member in Serf, and never was in HAProxy`
    return { member: name, isKnown: false, now, rules: [isAlive('absent')], times }
  }
  const known = memory?.members.get(name)
  const pools = state.pools.length > 0 ? ` in ${state.pools.join(', ')}` : ''
  return {
    member: name,
    isKnown: true,
    now: `${shown} is ${state.standing}${pools}: ${state.reason}`,
    ...(state.decidedBy && { decidedBy: state.decidedBy }),
    rules: [
      ...appliesChanges(record),
      ...operatorDrain(name, record),
      isAlive(state.status),
      answersProbes(state),
      ...haproxyChecks(name, record),
      ...graceTime(known, configuration, clock),
      ...leaveTime(state, known, configuration, clock),
      massChangeGuard(state, configuration),
      lastHealthy(state),
      flapDamping(state, known, configuration, clock),
      ...configuration.pools.flatMap(pool => selection(state, pool)),
      ...fitness(state, record, configuration),
    ],
    times,
  }
}

/** While the agent is frozen, HAProxy may have the member in another state. */
function appliesChanges(record: ExplainedRecord): RuleResult[] {
  const frozen = frozenOf(record)
  const reason = frozen?.reason === undefined ? '' : `: ${frozen.reason}`
  return frozen ? [rule('the agent applies changes', false, `frozen${reason}`, 'following')] : []
}

function operatorDrain(name: string, { drained }: ExplainedRecord): RuleResult[] {
  const drain = drained.get(name)
  return drain ? [rule('no operator drains it', false, drainText(drain), 'not drained')] : []
}

function isAlive(status: MemberState['status']): RuleResult {
  return rule('alive in Serf', status === 'alive', status, 'alive')
}

function answersProbes({ suspect }: MemberState): RuleResult {
  return rule('answers Serf’s probes', !suspect, suspect ? 'suspect' : 'answers', 'answers')
}

/** HAProxy's own checks, pool by pool. */
function haproxyChecks(name: string, { observation, rendering }: ExplainedRecord): RuleResult[] {
  const pools = rendering?.rendered.pools.filter(pool =>
    pool.servers.some(server => server.name === name),
  )
  return (pools ?? []).map(({ name: pool }) => {
    const status = observation?.servers.get(`${pool}/${name}`)?.status
    // A server that HAProxy has not shown is not known to be up.
    const isUp = status !== undefined && healthOf(status) !== 'down'
    return rule(`HAProxy’s check in ${pool}`, isUp, status ?? 'not seen yet', 'UP')
  })
}

function graceTime(
  known: RememberedMember | undefined,
  { failedGraceMs }: Configuration,
  clock: Pick<Clock, 'now'>,
): RuleResult[] {
  if (known?.doubtedSince === undefined) return []
  const ms = clock.now() - known.doubtedSince
  const isWithin = !isGraceOver(ms, failedGraceMs)
  return [
    rule('within the grace time', isWithin, `${Math.floor(ms)} ms`, `below ${failedGraceMs} ms`),
  ]
}

/** A leave that takes longer than this is none. */
function leaveTime(
  { status }: MemberState,
  known: RememberedMember | undefined,
  { leavingGraceMs }: Configuration,
  clock: Pick<Clock, 'now'>,
): RuleResult[] {
  if (status !== 'leaving' || known?.leavingSince === undefined) return []
  const ms = clock.now() - known.leavingSince
  const isWithin = !isGraceOver(ms, leavingGraceMs)
  const wanted = `below ${leavingGraceMs} ms`
  return [rule('leaving within its grace time', isWithin, `${Math.floor(ms)} ms`, wanted)]
}

function lastHealthy({ decidedBy, guard = '' }: MemberState): RuleResult {
  const isLast = decidedBy === 'last-healthy'
  const found = isLast ? guard : 'not needed'
  return rule('not the last healthy server', !isLast, found, 'another healthy server, or `left`')
}

function massChangeGuard(state: MemberState, { guard: limits }: Configuration): RuleResult {
  const guard = state.decidedBy === 'guard' ? state.guard : undefined
  const share = Math.round(limits.maxLostShare * 100)
  const wanted = `at most ${share} % of a pool in doubt, and ${plural(limits.minServers, 'server')} left`
  return rule('few members are in doubt at once', guard === undefined, guard ?? 'few', wanted)
}

function flapDamping(
  { decidedBy }: MemberState,
  known: RememberedMember | undefined,
  { damping }: Configuration,
  clock: Pick<Clock, 'now'>,
): RuleResult {
  const penalty = penaltyAt(known?.flapState ?? noFlaps, damping, clock.now()).toFixed(1)
  const wanted = `at most ${damping.flaps} recent flaps, or below half of it once damped`
  return rule('does not flap', decidedBy !== 'damping', penalty, wanted)
}

/** The conditions of a pool, each with the member's value. */
function selection(member: PoolMember, pool: PoolPolicy): RuleResult[] {
  return evaluateSelection(member, pool).map(({ tag, holds, got, expected }) => {
    const what = tag === undefined ? 'name' : `tag ${tag}`
    return rule(`${pool.name}: ${what}`, holds, got ?? 'no such tag', expected)
  })
}

/** The findings on a member in the last rendering, and the fitness for each other pool that selects it. */
function fitness(
  { name, address, tags }: MemberState,
  { rendering }: ExplainedRecord,
  configuration: Configuration,
): RuleResult[] {
  const findings = (rendering?.quarantined ?? []).filter(({ member }) => member === name)
  const listed = new Set(findings.map(({ pool }) => pool))
  const member = { name, address, tags }
  const alone = configuration.pools.map(pool => poolOfOneMember(member, pool, configuration))
  const unlisted = alone
    .flatMap(({ quarantined }) => quarantined)
    .filter(({ pool }) => !listed.has(pool))
  const fit = alone.flatMap(({ taken }) => taken).filter(pool => !listed.has(pool))
  return [
    ...[...findings, ...unlisted].map(({ pool, code, reason }) =>
      rule(`${pool}: fit (${code})`, false, reason, 'no finding'),
    ),
    ...fit.map(pool => rule(`${pool}: fit`, true, 'no finding', 'no finding')),
  ]
}

/** Builds one pool with this member as the only candidate. */
function poolOfOneMember(
  member: PoolMember,
  pool: PoolPolicy,
  configuration: Configuration,
): { readonly taken: readonly string[]; readonly quarantined: readonly Quarantined[] } {
  const { model, quarantined } = buildModel([member], {
    ...proxyPolicy(configuration),
    frontends: [],
    pools: [{ ...pool, route: undefined }],
  })
  const taken = model.pools.filter(({ servers }) => servers.length > 0)
  return { taken: taken.map(({ name }) => name), quarantined }
}

function rule(name: string, holds: boolean, found: string, wanted: string): RuleResult {
  return { rule: name, holds, found, wanted }
}
