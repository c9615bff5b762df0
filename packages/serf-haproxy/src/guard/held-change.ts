import {
  guardedByConfiguration,
  type GuardedPool,
  type ServingServers,
} from '../decision/configuration-guard.js'
import type { Decision } from '../decision/decide.js'
import type { GuardLimits } from '../decision/mass-change-guard.js'
import { plural } from 'command-line-program'
import { configurationText } from '../rendering/rendered-texts.js'
import { servingElsewhere, servingServers } from '../rendering/serving-servers.js'
import type { Held } from '../state/agent-state.js'
import type { JudgedConfiguration } from './judged-configuration.js'
import { sectionNames } from './section-names.js'
import { withdrawnBy } from './withdrawn-by.js'

/** A change of the agent's own configuration that must not be applied by itself. */
export type HeldChange = Pick<Held, 'reason' | 'removals'>

/** Most pools in a reason; further ones are counted. */
const mostReasons = 3

/** Remedy of every held change. */
const remedy = 'edit the file back, or accept the change with `serf-haproxy accept`'

/**
 * Judges a new configuration by what HAProxy runs. Returns what it would take
 * away if that is too much; undefined if it may be applied.
 *
 * @param before - the servers that get traffic now
 * @param limits - those of the configuration in use
 */
export function heldChange(
  before: ServingServers,
  judged: JudgedConfiguration,
  limits: Pick<GuardLimits, 'maxLostShare' | 'minServers'>,
): HeldChange | undefined {
  const { decision, rendering, servers } = judged
  const change = {
    before,
    // HAProxy may run what the template writes by itself, before and after.
    after: new Map([...servingElsewhere(rendering), ...servingServers(rendering)]),
    retired: retiredPools(before, judged),
    unprinted: new Set(rendering.placement.unprinted),
    fit: fitMembers(decision),
    counts: decision.counts,
    servers,
  }
  const guarded = guardedByConfiguration(change, limits)
  if (guarded.length === 0) return undefined
  const removals = guarded.flatMap(({ pool, members }) => members.map(member => ({ pool, member })))
  const reasons = guarded.slice(0, mostReasons).map(each => reasonOf(each, judged))
  const more = guarded.length - reasons.length
  const rest = more > 0 ? [`and ${plural(more, 'more pool')}`] : []
  return { reason: [...reasons, ...rest, remedy].join('; '), removals }
}

function reasonOf(guarded: GuardedPool, judged: JudgedConfiguration): string {
  const { pool, members, size, reason } = guarded
  const taken = `${members.length} of ${plural(size, 'server')} of pool ${pool}`
  return `${withdrawnBy(guarded, judged)}: it would take away ${taken} (${reason})`
}

/** Returns the members that serve by the decision, and those that only the user's policy or an operator takes away. */
function fitMembers({ verdicts }: Decision): ReadonlySet<string> {
  const names = [...verdicts.values()].flatMap(({ name, standing, decidedBy }) => {
    const isWanted = decidedBy === 'user-policy' || decidedBy === 'operator'
    const serves = standing === 'serving' || standing === 'kept-by-health' || standing === 'held'
    return serves || isWanted ? [name] : []
  })
  return new Set(names)
}

/**
 * Returns the pools that the new configuration removes on purpose: no policy
 * makes them, no section has their name, and no other pool is new. With a new
 * pool the change may be a slip in a name, which empties a pool too.
 */
function retiredPools(
  before: ServingServers,
  { configuration, rendering }: JudgedConfiguration,
): ReadonlySet<string> {
  const pools = rendering.model.pools.map(({ name }) => name)
  if (pools.some(name => !before.has(name))) return new Set()
  const isMade = (pool: string) =>
    configuration.pools.some(({ name, perTag }) =>
      perTag === undefined ? name === pool : pool.startsWith(`${name}-`),
    )
  const sections = sectionNames(configurationText(rendering.rendered))
  return new Set([...before.keys()].filter(pool => !isMade(pool) && !sections.has(pool)))
}
