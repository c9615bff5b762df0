import { evaluateSelection, type PoolPolicy } from 'haproxy-config-render'
import type { GuardedPool } from '../decision/configuration-guard.js'
import { printableText } from '../printable-name.js'
import type { JudgedConfiguration } from './judged-configuration.js'

/** Settings of a pool by the code of the finding on a member. */
const settingOf: Readonly<Record<string, string>> = {
  network: 'networks',
  port: 'port',
  full: 'maxServers',
}

/** Says which setting takes the servers of a pool away: that of the first such member. */
export function withdrawnBy(
  { pool, members }: GuardedPool,
  { configuration, decision, rendering }: JudgedConfiguration,
): string {
  const [name = ''] = members
  const verdict = decision.verdicts.get(name)
  const policy = configuration.pools.find(each =>
    each.perTag === undefined ? each.name === pool : pool.startsWith(`${each.name}-`),
  )
  if (verdict?.decidedBy === 'user-policy') return `policy: ${verdict.reason}`
  if (!policy) return `pools: no pool ${pool} is configured any more`
  const at = `pools.${policy.name}`
  const condition = verdict && unmetCondition(verdict.member, policy)
  if (condition !== undefined) return printableText(`${at}.${condition}`)
  const finding = rendering.quarantined.find(
    each => each.member === name && (each.pool === pool || policy.perTag !== undefined),
  )
  if (finding) {
    const setting = settingOf[finding.code]
    return printableText(`${setting === undefined ? at : `${at}.${setting}`}: ${finding.reason}`)
  }
  const server = rendering.model.pools
    .find(each => each.name === pool)
    ?.servers.find(each => each.name === name)
  if (server?.weight === 0) return `${at}.weight: ${name} would have the weight 0`
  const template = configuration.template ?? 'the built-in template'
  const isPrinted = rendering.placement.pools.get(name)?.includes(pool)
  if (isPrinted) return `template: ${template} prints ${name} with weight 0, or disabled`
  return server
    ? `template: ${template} prints no line for ${name} in pool ${pool}`
    : `${at}: it makes no pool ${pool} any more`
}

/** Returns the first condition of a pool that the member does not meet, with its setting. */
function unmetCondition(
  member: Parameters<typeof evaluateSelection>[0],
  policy: PoolPolicy,
): string | undefined {
  const unmet = evaluateSelection(member, policy).find(({ holds }) => !holds)
  if (!unmet) return undefined
  const { tag, got, expected } = unmet
  const found = `expected ${expected}, got ${got ?? 'no such tag'} (${member.name})`
  if (tag === undefined) return `names: ${found}`
  if (tag === 'role' && expected === policy.role) return `role: ${found}`
  return Object.hasOwn(policy.tags ?? {}, tag) ? `tags.${tag}: ${found}` : `match.${tag}: ${found}`
}
