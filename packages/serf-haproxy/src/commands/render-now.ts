import { watchMembership, type Membership } from 'serf-events'
import { AgentError } from '../agent-error.js'
import type { Configuration } from '../configuration/schema.js'
import { decide } from '../decision/decide.js'
import { noMemory } from '../decision/member-memory.js'
import { openRenderer, type Renderer, type Rendering } from '../rendering/renderer.js'
import { serfOptions } from '../agent/serf-options.js'
import type { ConfigFlag } from './configured-command.js'

/** Flags of `render` and `check`. */
export interface RenderFlags extends ConfigFlag {
  readonly members: boolean
}

/**
 * Renders the configuration for the current members.
 *
 * @throws AgentError `no-membership` if the Serf agent does not answer.
 */
export async function renderNow(
  configuration: Configuration,
  { members }: RenderFlags,
): Promise<{ renderer: Renderer; rendering: Rendering }> {
  const renderer = await openRenderer(configuration)
  if (!members) return { renderer, rendering: renderer.render([], new Set()) }
  const membership = await membersNow(configuration)
  const facts = { membership, servers: undefined, wallTime: Date.now() }
  const { admitted } = decide(noMemory, facts, renderer.rules, 0)
  return { renderer, rendering: renderer.render(admitted, new Set()) }
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
