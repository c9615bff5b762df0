import {
  renderWithoutRejected,
  type Acceptance,
  type Check,
  type PoolMember,
} from 'haproxy-config-render'
import type { Configuration } from '../configuration/schema.js'
import type { Balancers } from '../decision/balancers.js'
import type { Rules } from '../decision/evaluate-member.js'
import type { Incumbents } from '../decision/member-memory.js'
import { loadUserPolicy } from '../decision/user-policy.js'
import { haproxyCheck } from '../haproxy/haproxy-check.js'
import { placementOf } from './placement.js'
import type { Rendering } from './rendering.js'
import { RejectedMembers } from './rejected-members.js'
import { refuseLostStickiness } from './refuse-lost-stickiness.js'
import { sampleRendering } from './sample-rendering.js'
import { staticServerTest, type ServerName } from './static-servers.js'
import { configurationText } from './rendered-texts.js'
import { loadTemplate, MemberRenderer, renderMembers } from './render-members.js'

/** A rendering without the members that HAProxy rejects, or its report if no members are the cause. */
type RestAccepted =
  | { readonly kind: 'accepted'; readonly rendering: Rendering }
  | {
      readonly kind: 'rejected'
      /** The errors, each with the template's line; undefined if HAProxy accepts the text now. */
      readonly report: string | undefined
    }

/** Renders members by one configuration of the agent. */
export interface Renderer {
  /** Configuration by which it renders. */
  readonly configuration: Configuration
  /** Rules of the decision, from the same configuration. */
  readonly rules: Rules
  /**
   * Renders members; `incumbents` serve already and come first. `balancers` are none by default.
   *
   * @throws RenderError if the template is invalid; no member causes it.
   */
  render(
    members: ReadonlyMap<string, PoolMember>,
    incumbents: Incumbents,
    balancers?: Balancers,
  ): Rendering
  /** Renders without the members that HAProxy rejects. */
  renderAccepted(rendering: Rendering, signal: AbortSignal): Promise<RestAccepted>
  /** Returns whether the template itself has a server, which no member is. */
  isStatic(server: ServerName): boolean
  /** Has HAProxy check a rendering; its errors have the template's line and the member. */
  validate(rendering: Rendering, signal?: AbortSignal): Promise<Acceptance>
}

/**
 * Creates a renderer. Reads the template and the user's policy, and nothing else.
 * Renders once without members, so that a template that is wrong by itself is refused.
 *
 * @throws AgentError `configuration`, RenderError if the template is invalid.
 */
export async function openRenderer(
  configuration: Configuration,
  { check = haproxyCheck(configuration) }: { readonly check?: Check } = {},
): Promise<Renderer> {
  const { policy, balancers } = configuration
  const template = loadTemplate(configuration)
  // A template that is wrong by itself is refused now, and not when members change.
  const { model, rendered } = renderMembers(new Map(), configuration, template)
  const listening = configurationText(rendered)
  refuseLostStickiness(sampleRendering(model, configuration, template))
  const userPolicy = policy === undefined ? undefined : await loadUserPolicy(policy)
  const rejected = new RejectedMembers(template, check)
  const renders = new MemberRenderer(configuration, template, listening)
  let last: Rendering | undefined
  return {
    configuration,
    rules: {
      ...limitsOf(configuration),
      ...(balancers && { balancerRole: balancers.role }),
      ...(userPolicy && { userPolicy }),
    },
    render(allMembers, incumbents, balancers) {
      const { members, quarantined } = rejected.withoutRejected(allMembers)
      const made = renders.render(members, incumbents, balancers)
      const all = [...made.quarantined, ...quarantined]
      last = placed({ ...made, members, quarantined: sameList(last?.quarantined, all) }, last)
      return last
    },
    async renderAccepted(rendering, signal) {
      const rest = await rejected.renderRest(rendering, rendering.members, { signal })
      if (rest.kind === 'rejected') return rest
      const quarantined = [...rendering.quarantined, ...rest.quarantined]
      const { rendered } = rest
      return { kind: 'accepted', rendering: placed({ ...rendering, rendered, quarantined }) }
    },
    isStatic: staticServerTest(listening),
    // One check finds the errors; more would search for members.
    validate: ({ model }, signal) =>
      renderWithoutRejected(template, model, check, { maxChecks: 1, signal }),
  }
}

function limitsOf({ failedGraceMs, leavingGraceMs, guard, damping }: Configuration): Rules {
  return { failedGraceMs, leavingGraceMs, guard, damping }
}

function placed(rendering: Omit<Rendering, 'placement'>, before?: Rendering): Rendering {
  return { ...rendering, placement: placementOf(rendering, before) }
}

/** Returns the first list if the second has the same elements. */
function sameList<T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] {
  const isSame = before?.length === after.length && before.every((each, i) => each === after[i])
  return isSame ? before : after
}
