import { isDeepStrictEqual } from 'node:util'
import type { Decision } from '../decision/decide.js'
import type { Facts } from '../decision/evaluate-member.js'
import { poolsProven } from '../decision/last-healthy.js'
import { holdMembers } from '../decision/hold-members.js'
import { incumbents, type Memory } from '../decision/member-memory.js'
import type { Renderer } from './renderer.js'
import type { Rendering } from './rendering.js'
import { servingServers, servingTest } from './serving-servers.js'

/** A decision with its rendering. */
export interface RenderedDecision {
  readonly decision: Decision
  readonly rendering: Rendering
}

/**
 * Renders a decision. A member whose new tags or address take it out of a pool
 * stays as it was while no other server of that pool is healthy in HAProxy.
 *
 * @throws RenderError if the template is invalid; no member causes it.
 */
export function renderDecision(
  renderer: Pick<Renderer, 'render'>,
  decision: Decision,
  memory: Memory,
  facts: Pick<Facts, 'servers' | 'wallTime'>,
): RenderedDecision {
  const rendering = renderer.render(decision.admitted, incumbents(memory), decision.balancers)
  const made = { decision, rendering }
  const changed = changedMembers(decision, memory, facts.servers)
  if (changed.length === 0) return made
  const reasons = lastPlaces(changed, rendering, memory, facts.servers)
  if (reasons.size === 0) return made
  const { wallTime } = facts
  const held = holdMembers(decision, memory, { reasons, wallTime })
  const kept = renderer.render(held.admitted, incumbents(memory), decision.balancers)
  // The former tags may lead nowhere either: then a new configuration is the cause.
  const serving = servingServers(kept)
  const isKept = [...reasons.keys()].some(name =>
    [...serving.values()].some(pool => pool.has(name)),
  )
  return isKept ? { decision: held, rendering: kept } : made
}

/** Returns the members that HAProxy finds up, and that serve with other tags or another address than before. */
function changedMembers(
  { admitted, basis }: Decision,
  { members }: Memory,
  servers: Facts['servers'],
): readonly string[] {
  // Nothing of a settled member changed.
  return [...basis.open].filter(name => {
    const member = admitted.get(name)
    const known = members.get(name)
    const isUp = servers?.get(name)?.health === 'up'
    if (!member || member.draining || !isUp) return false
    if (!known?.isAdmitted || known.isDraining || known.isAccepted) return false
    const { address, tags } = member
    return !isDeepStrictEqual({ name, address, tags }, known.member)
  })
}

/** Returns the members that leave a pool without another healthy server, each with the reason. */
function lastPlaces(
  changed: readonly string[],
  rendering: Rendering,
  { members }: Memory,
  servers: Facts['servers'],
): ReadonlyMap<string, string> {
  const serves = servingTest(rendering)
  const isLeft = (pool: string) =>
    [...(servers ?? [])].some(
      ([name, facts]) => poolsProven([pool], facts).includes(pool) && serves(pool, name),
    )
  const reasons = new Map<string, string>()
  for (const name of changed) {
    const left = members.get(name)?.pools.filter(pool => !serves(pool, name)) ?? []
    const pool = left.find(each => !isLeft(each))
    if (pool !== undefined)
      reasons.set(name, `no other server of pool ${pool} is healthy in HAProxy`)
  }
  return reasons
}
