import type { Check, PoolMember, ProxyModel, Quarantined, Rendered } from 'haproxy-config-render'
import type { Configuration } from '../configuration/schema.js'
import type { Rules } from '../decision/evaluate-member.js'
import { loadUserPolicy } from '../decision/user-policy.js'
import { haproxyCheck } from '../haproxy/haproxy-check.js'
import { RejectedMembers } from './rejected-members.js'
import { loadTemplate, renderMembers } from './render-members.js'

/** A configuration for HAProxy, with the members in it and those left out. */
export interface Rendering {
  readonly model: ProxyModel
  readonly rendered: Rendered
  readonly members: readonly PoolMember[]
  readonly quarantined: readonly Quarantined[]
}

/** Renders members by one configuration of the agent. */
export interface Renderer {
  readonly configuration: Configuration
  readonly rules: Rules
  /** @throws RenderError if the template is invalid. */
  render(members: readonly PoolMember[], incumbents: ReadonlySet<string>): Rendering
  /** Renders without the members that HAProxy rejects; undefined if no members are the cause. */
  renderAccepted(rendering: Rendering, signal: AbortSignal): Promise<Rendering | undefined>
  /** Has HAProxy check a text. */
  readonly check: Check
}

/**
 * Creates a renderer. Reads the template and the user's policy, and nothing else.
 *
 * @throws AgentError `configuration`, RenderError if the template is invalid.
 */
export async function openRenderer(
  configuration: Configuration,
  { check = haproxyCheck(configuration) }: { readonly check?: Check } = {},
): Promise<Renderer> {
  const { policy, failedGraceMs, guard, damping } = configuration
  const template = loadTemplate(configuration)
  const userPolicy = policy === undefined ? undefined : await loadUserPolicy(policy)
  const rejected = new RejectedMembers(template, check)
  return {
    configuration,
    rules: { failedGraceMs, guard, damping, ...(userPolicy && { userPolicy }) },
    check,
    render(allMembers, incumbents) {
      const { members, quarantined } = rejected.withoutRejected(allMembers)
      const made = renderMembers(members, configuration, template, incumbents)
      return { ...made, members, quarantined: [...made.quarantined, ...quarantined] }
    },
    async renderAccepted(rendering, signal) {
      const rest = await rejected.renderRest(rendering, rendering.members, { signal })
      if (!rest) return undefined
      const quarantined = [...rendering.quarantined, ...rest.quarantined]
      return { ...rendering, rendered: rest.rendered, quarantined }
    },
  }
}
