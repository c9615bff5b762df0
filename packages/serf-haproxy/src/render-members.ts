import {
  compileTemplate,
  defaultTemplate,
  poolsFromMembers,
  type PoolMember,
  type Quarantined,
  type Rendered,
  type Template,
} from 'haproxy-config-render'
import { basename } from 'node:path'
import type { Configuration } from './configuration.js'
import { readText } from './load-configuration.js'

/** The template that the configuration names, or the default. */
export function loadTemplate({ template }: Configuration): Template {
  if (template === undefined) return defaultTemplate
  return compileTemplate(readText(template, 'the template'), { name: basename(template) })
}

/** Renders HAProxy's configuration for a set of members. */
export function renderMembers(
  members: Iterable<PoolMember>,
  { haproxy, stats, frontends, pools: policies }: Configuration,
  template: Template,
): { rendered: Rendered; quarantined: readonly Quarantined[] } {
  const { pools, quarantined } = poolsFromMembers(
    members,
    policies.map(({ balance, healthCheck, ...policy }) => ({
      ...policy,
      ...(balance !== undefined && { balance }),
      ...(healthCheck !== undefined && { healthCheck }),
    })),
  )
  const rendered = template.render({
    runtimeSocket: haproxy.runtimeSocket,
    maxConnections: haproxy.maxConnections,
    ...(stats !== undefined && { stats }),
    frontends,
    pools,
  })
  return { rendered, quarantined }
}
