import type { Quarantined } from 'haproxy-config-render'
import type { MemberState } from '../state/agent-state.js'
import type { Decision } from '../decision/decide.js'
import type { Rendering } from '../rendering/renderer.js'

/** Everybody's place, by name: what was decided, and what became of it in the pools. */
export function memberStates(
  { verdicts }: Pick<Decision, 'verdicts'>,
  { rendered, quarantined }: Pick<Rendering, 'rendered' | 'quarantined'>,
): ReadonlyMap<string, MemberState> {
  const poolsOf = new Map<string, string[]>()
  for (const pool of rendered.pools) {
    for (const { name } of pool.servers)
      poolsOf.set(name, [...(poolsOf.get(name) ?? []), pool.name])
  }
  const findings = new Map<string, Quarantined>(quarantined.map(each => [each.member, each]))
  const places = new Map<string, MemberState>()
  for (const [name, { member, status, suspect, standing, reason }] of verdicts) {
    const pools = poolsOf.get(name) ?? []
    const { address, tags } = member
    const base = { name, address, status, suspect, tags, pools }
    const finding = findings.get(name)
    if (pools.length > 0 || standing === 'gone') places.set(name, { ...base, standing, reason })
    else if (finding) places.set(name, { ...base, standing: 'quarantined', reason: finding.reason })
    else if (standing === 'damped') places.set(name, { ...base, standing, reason })
    else places.set(name, { ...base, standing: 'not-selected', reason: 'no pool wants it' })
  }
  return places
}
