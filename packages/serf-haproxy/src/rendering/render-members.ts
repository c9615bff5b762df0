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
import { networkInterfaces } from 'node:os'
import { basename } from 'node:path'
import type { Configuration } from '../configuration/schema.js'
import type { Incumbents } from '../decision/member-memory.js'
import { readText } from '../configuration/load-configuration.js'
import { rememberConfiguredSecrets, type SecretSettings } from '../redaction/configured-secrets.js'

/** Loads the template that the configuration names, or the default. */
export function loadTemplate(
  configuration: Pick<Configuration, 'template'> & SecretSettings,
): Template {
  const { template } = configuration
  const source = template === undefined ? '' : readText(template, 'the template')
  // Before it is compiled: its errors quote it.
  rememberConfiguredSecrets(configuration, source)
  if (template === undefined) return defaultTemplate
  return compileTemplate(source, { name: basename(template) })
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
    ...serverStateFile(haproxy.configFile),
    ...(stats !== undefined && { stats }),
    values,
    frontends,
    pools,
  }
}

/** The members that serve already, and the text whose `bind` lines HAProxy has. */
interface RenderOptions {
  readonly incumbents?: Incumbents
  /** Rendered text without members; the `bind` lines of the policy alone by default. */
  readonly listening?: string
}

/** Returns the addresses of this host, which its HAProxy listens on with a wildcard. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(all => all?.map(({ address }) => address) ?? [])
}

/** Returns the place of the servers' states, beside the file; none if HAProxy would split its path. */
function serverStateFile(configFile: string): Pick<ProxyPolicy, 'serverStateFile'> {
  return /^\/[\w./-]{1,240}$/.test(configFile) ? { serverStateFile: `${configFile}.state` } : {}
}

/**
 * Renders HAProxy's configuration for a set of members. A member that has no
 * valid place in a pool, or that the template cannot print, is quarantined.
 *
 * @throws RenderError if the template is invalid, whatever the members.
 */
export function renderMembers(
  members: ReadonlyMap<string, PoolMember>,
  configuration: Configuration,
  template: Template,
  { incumbents = new Map(), listening }: RenderOptions = {},
): { rendered: Rendered; model: ProxyModel; quarantined: readonly Quarantined[] } {
  const policy = proxyPolicy(configuration)
  const own = { addresses: ownAddresses(), ...(listening !== undefined && { listening }) }
  const { model, quarantined } = buildModel(members.values(), policy, { incumbents, own })
  const rendered = template.render(model)
  return { rendered, model, quarantined: [...quarantined, ...rendered.quarantined] }
}
