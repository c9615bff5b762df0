import type { Check, PoolMember, ProxyModel, Quarantined, Rendered } from 'haproxy-config-render'
import type { Configuration } from '../configuration/schema.js'
import type { Rules } from '../decision/evaluate-member.js'
import { loadUserPolicy } from '../decision/user-policy.js'
import { checkText, RejectedMembers } from './rejected-members.js'
import { loadTemplate, renderMembers } from './render-members.js'

/** What HAProxy is to run, and who is left out of it. */
export interface Rendering {
  readonly model: ProxyModel
  readonly rendered: Rendered
  readonly members: readonly PoolMember[]
  readonly quarantined: readonly Quarantined[]
}

/** What one configuration makes of members. */
export interface Renderer {
  readonly configuration: Configuration
  readonly rules: Rules
  /** @throws RenderError where the template is at fault. */
  render(members: readonly PoolMember[], incumbents: ReadonlySet<string>): Rendering
  /** The rendering without the members whose lines HAProxy refuses; undefined where nobody is to blame. */
  renderAccepted(rendering: Rendering, signal: AbortSignal): Promise<Rendering | undefined>
  /** Has HAProxy judge a text. */
  readonly check: Check
}

/**
 * Makes a renderer: reads the template and the own policy, and nothing else.
 *
 * @throws AgentError `configuration`, RenderError where the template is wrong.
 */
export async function openRenderer(
  configuration: Configuration,
  { check = checkText(configuration.haproxy.binary) }: { readonly check?: Check } = {},
): Promise<Renderer> {
  const { policy, failedGraceMs, guard, damping } = configuration
  const template = loadTemplate(configuration)
  const userPolicy = policy === undefined ? undefined : await loadUserPolicy(policy)
  const refused = new RejectedMembers(template, check)
  return {
    configuration,
    rules: { failedGraceMs, guard, damping, ...(userPolicy && { userPolicy }) },
    check,
    render(everybody, incumbents) {
      const { members, quarantined } = refused.withoutRejected(everybody)
      const made = renderMembers(members, configuration, template, incumbents)
      return { ...made, members, quarantined: [...made.quarantined, ...quarantined] }
    },
    async renderAccepted(rendering, signal) {
      const rest = await refused.renderRest(rendering, rendering.members, { signal })
      if (!rest) return undefined
      const quarantined = [...rendering.quarantined, ...rest.quarantined]
      return { ...rendering, rendered: rest.rendered, quarantined }
    },
  }
}
