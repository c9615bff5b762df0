import { watchMembership, type Membership } from 'serf-events'
import { AgentError } from '../agent-error.js'
import type { Configuration } from '../configuration/schema.js'
import { decide, type Decision } from '../decision/decide.js'
import type { Facts } from '../decision/evaluate-member.js'
import { incumbents, noMemory } from '../decision/member-memory.js'
import { openRenderer, type Renderer } from '../rendering/renderer.js'
import type { Rendering } from '../rendering/rendering.js'
import { serfOptions } from '../agent/serf-options.js'
import { savedMemory } from '../storage/state-folder.js'
import type { ConfigFlag } from './configured-command.js'

/** Flags of `render` and `check`. */
export interface RenderFlags extends ConfigFlag {
  readonly members: boolean
}

/** A rendering for the current members; the other fields are undefined without members. */
export interface RenderedNow {
  readonly renderer: Renderer
  readonly rendering: Rendering
  readonly facts: Facts | undefined
  readonly decision: Decision | undefined
}

/**
 * Renders the configuration for the current members. Where two want one place, a
 * member keeps it that has it by the memory of the last agent, as in the agent.
 *
 * @throws AgentError `no-membership` if the Serf agent does not answer.
 */
export async function renderNow(
  configuration: Configuration,
  { members }: RenderFlags,
): Promise<RenderedNow> {
  const renderer = await openRenderer(configuration)
  if (!members) {
    const rendering = renderer.render(new Map(), new Map())
    return { renderer, rendering, facts: undefined, decision: undefined }
  }
  const membership = await membersNow(configuration)
  const facts = { membership, servers: undefined, wallTime: Date.now() }
  const decision = decide(noMemory, facts, renderer.rules, 0)
  const known = savedMemory(configuration.stateFolder) ?? noMemory
  const rendering = renderer.render(decision.admitted, incumbents(known), decision.balancers)
  return { renderer, rendering, facts, decision }
}

async function membersNow(configuration: Configuration): Promise<Membership> {
  for await (const membership of watchMembership(serfOptions(configuration))) {
    if (membership.connected) return membership
    const { error: cause } = membership
    const message = `cannot read the members: ${cause?.message}; --no-members renders without them`
    throw new AgentError('no-membership', message, { cause })
  }
  throw new AgentError('no-membership', 'cannot read the members: the watch ended')
}
