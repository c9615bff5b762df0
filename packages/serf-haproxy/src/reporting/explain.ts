import { buildModel, type PoolMember, type PoolPolicy } from 'haproxy-config-render'
import type { AgentRecord } from './agent-record.js'
import type { MemberState } from '../state/agent-state.js'
import type { Clock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import type { Explanation, RuleResult } from '../state/explanation.js'
import type { Memory, RememberedMember } from '../decision/member-memory.js'
import { printableName } from '../printable-name.js'
import { proxyPolicy } from '../rendering/render-members.js'

/** Why a member is, or is not, where it is. */
export function explain(
  name: string,
  record: AgentRecord,
  configuration: Configuration,
  memory: Memory | undefined,
  clock: Clock,
): Explanation {
  const place = record.memberStates.get(name)
  const times = record.times.of(name)
  const shown = printableName(name)
  if (!place) {
    const now = `${shown} is unknown: Serf does not tell of it, and HAProxy was never to have it`
    return { member: name, now, rules: [isTold('absent')], times }
  }
  const known = memory?.members.get(name)
  const pools = place.pools.length > 0 ? ` in ${place.pools.join(', ')}` : ''
  return {
    member: name,
    now: `${shown} is ${place.standing}${pools}: ${place.reason}`,
    rules: [
      isTold(place.status),
      answers(place),
      ...health(name, record),
      ...grace(known, configuration, clock),
      guard(place, configuration),
      calmness(place, known, configuration),
      ...configuration.pools.flatMap(pool => selection(place, pool)),
      ...fitness(place, record, configuration),
    ],
    times,
  }
}

function isTold(status: MemberState['status']): RuleResult {
  return rule('Serf tells that it is alive', status === 'alive', status, 'alive')
}

function answers({ suspect }: MemberState): RuleResult {
  return rule('it answers the probes of Serf', !suspect, suspect ? 'suspect' : 'answers', 'answers')
}

/** HAProxy's own checks, pool by pool. */
function health(name: string, { observation, rendering }: AgentRecord): RuleResult[] {
  const pools = rendering?.rendered.pools.filter(pool =>
    pool.servers.some(each => each.name === name),
  )
  return (pools ?? []).map(({ name: pool }) => {
    const status = observation?.servers.get(`${pool}/${name}`)?.status ?? 'not seen yet'
    return rule(`HAProxy’s check in ${pool}`, !/^(?:DOWN|MAINT)/.test(status), status, 'UP')
  })
}

function grace(
  known: RememberedMember | undefined,
  { failedGraceMs }: Configuration,
  clock: Clock,
): RuleResult[] {
  if (known?.doubtedSince === undefined) return []
  const ms = Math.round(clock.now() - known.doubtedSince)
  return [
    rule(
      'lost for no longer than the grace time',
      ms < failedGraceMs,
      `${ms} ms`,
      `below ${failedGraceMs} ms`,
    ),
  ]
}

function guard({ standing, reason }: MemberState, { guard: limits }: Configuration): RuleResult {
  const share = `at most ${Math.round(limits.maxLostShare * 100)} % of a pool in doubt, and ${limits.minServers} left`
  const isHeld = standing === 'held' || reason.includes('; but ')
  return rule('not too many are in doubt at once', !isHeld, isHeld ? reason : 'few enough', share)
}

function calmness(
  { standing }: MemberState,
  known: RememberedMember | undefined,
  { damping }: Configuration,
): RuleResult {
  const penalty = (known?.flapState.penalty ?? 0).toFixed(1)
  const wanted = `at most ${damping.flaps}, or below half of it once damped`
  return rule('it does not come and go too often', standing !== 'damped', penalty, wanted)
}

/** Each condition of a pool, and what the member has. */
function selection(member: MemberState, pool: PoolPolicy): RuleResult[] {
  const { role, tags = {}, match = {}, names } = pool
  const tag = (name: string) => (Object.hasOwn(member.tags, name) ? member.tags[name] : undefined)
  const exact = Object.entries({ ...(role !== undefined && { role }), ...tags })
  return [
    ...exact.map(([name, wanted]) =>
      rule(`${pool.name}: tag ${name}`, tag(name) === wanted, tag(name) ?? 'no such tag', wanted),
    ),
    ...Object.entries(match).map(([name, source]) =>
      rule(
        `${pool.name}: tag ${name}`,
        isWhole(source, tag(name)),
        tag(name) ?? 'no such tag',
        `/${source}/`,
      ),
    ),
    ...(names === undefined
      ? []
      : [rule(`${pool.name}: name`, isWhole(names, member.name), member.name, `/${names}/`)]),
  ]
}

/** What is wrong with a member that a pool wants. */
function fitness(
  member: MemberState,
  record: AgentRecord,
  configuration: Configuration,
): RuleResult[] {
  const findings = (record.rendering?.quarantined ?? []).filter(each => each.member === member.name)
  if (findings.length > 0)
    return findings.map(({ pool, code, reason }) =>
      rule(`${pool}: fit for it (${code})`, false, reason, 'nothing against it'),
    )
  return configuration.pools
    .filter(pool => wants(pool, member, configuration))
    .map(({ name }) =>
      rule(`${name}: fit for it`, true, 'nothing against it', 'nothing against it'),
    )
}

/** Whether a pool would have the member, were it the only one. */
function wants(
  pool: PoolPolicy,
  { name, address, tags }: PoolMember,
  configuration: Configuration,
): boolean {
  const policy = { ...proxyPolicy(configuration), frontends: [], pools: [pool] }
  const { model } = buildModel([{ name, address, tags }], {
    ...policy,
    pools: [{ ...pool, route: undefined }],
  })
  return model.pools.some(each => each.servers.length > 0)
}

function rule(name: string, holds: boolean, found: string, wanted: string): RuleResult {
  return { rule: name, holds, found, wanted }
}

/** Whether a pattern matches a whole text, of which no more is looked at than the policy does. */
function isWhole(source: string, text: string | undefined): boolean {
  return text !== undefined && new RegExp(`^(?:${source})$`, 'u').test(text.slice(0, 1024))
}
