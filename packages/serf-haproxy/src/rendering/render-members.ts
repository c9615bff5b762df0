import {
  compileTemplate,
  defaultTemplate,
  buildModel,
  type PoolMember,
  type ProxyModel,
  type ProxyPolicy,
  type Quarantined,
  type Rendered,
  type Template,
} from 'haproxy-config-render'
import { basename } from 'node:path'
import type { Configuration } from '../configuration/schema.js'
import type { Incumbents } from '../decision/member-memory.js'
import { readText } from '../configuration/load-configuration.js'

/** Loads the template that the configuration names, or the default. */
export function loadTemplate({ template }: Pick<Configuration, 'template'>): Template {
  if (template === undefined) return defaultTemplate
  return compileTemplate(readText(template, 'the template'), { name: basename(template) })
}

/** Returns the part of the configuration that the renderer reads. */
export function proxyPolicy({
  haproxy,
  stats,
  values,
  frontends,
  pools,
}: Configuration): ProxyPolicy {
  return {
    runtimeSocket: haproxy.runtimeSocket,
    runtimeSocketMode: haproxy.runtimeSocketMode,
    maxConnections: haproxy.maxConnections,
    ...(stats !== undefined && { stats }),
    values,
    frontends,
    pools,
  }
}

/**
 * Renders HAProxy's configuration for a set of members. A member that has no
 * valid place in a pool, or that the template cannot print, is quarantined.
 *
 * @throws RenderError if the template is invalid, whatever the members.
 */
export function renderMembers(
  members: Iterable<PoolMember>,
  configuration: Configuration,
  template: Template,
  incumbents: Incumbents = new Map(),
): { rendered: Rendered; model: ProxyModel; quarantined: readonly Quarantined[] } {
  const policy = proxyPolicy(configuration)
  const { model, quarantined } = buildModel(members, policy, { incumbents })
  const rendered = template.render(model)
  return { rendered, model, quarantined: [...quarantined, ...rendered.quarantined] }
}
