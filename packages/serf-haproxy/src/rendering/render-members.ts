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
import { readText } from '../configuration/load-configuration.js'

/** The template that the configuration names, or the default. */
export function loadTemplate({ template }: Configuration): Template {
  if (template === undefined) return defaultTemplate
  return compileTemplate(readText(template, 'the template'), { name: basename(template) })
}

/** Everything of HAProxy's configuration but the servers. */
export function proxyPolicy({
  haproxy,
  stats,
  values,
  frontends,
  pools,
}: Configuration): ProxyPolicy {
  return {
    runtimeSocket: haproxy.runtimeSocket,
    maxConnections: haproxy.maxConnections,
    ...(stats !== undefined && { stats }),
    values,
    frontends,
    pools,
  }
}

/** Renders HAProxy's configuration for a set of members. */
export function renderMembers(
  members: Iterable<PoolMember>,
  configuration: Configuration,
  template: Template,
  incumbents: ReadonlySet<string> = new Set(),
): { rendered: Rendered; model: ProxyModel; quarantined: readonly Quarantined[] } {
  const policy = proxyPolicy(configuration)
  const { model, quarantined } = buildModel(members, policy, { incumbents })
  return { rendered: template.render(model), model, quarantined }
}

/** The names of all servers of a model. */
export function serverNames({ pools }: ProxyModel): ReadonlySet<string> {
  return new Set(pools.flatMap(pool => pool.servers.map(server => server.name)))
}
