import {
  compileTemplate,
  defaultTemplate,
  type PoolMember,
  type ProxyModel,
  type ProxyPolicy,
  type Template,
} from 'haproxy-config-render'
import { createModelBuilder, type ModelBuilder } from 'haproxy-config-render/builder'
import { isDeepStrictEqual } from 'node:util'
import { networkInterfaces } from 'node:os'
import { basename } from 'node:path'
import type { Configuration } from '../configuration/schema.js'
import { readOutputTemplates, type OutputSettings } from './output-templates.js'
import type { RenderedMembers } from './rendering.js'
import type { Balancers } from '../decision/balancers.js'
import type { Incumbents } from '../decision/member-memory.js'
import { readText } from '../configuration/read-text.js'
import { rememberConfiguredSecrets, type SecretSettings } from '../redaction/configured-secrets.js'

/** Loads the template that the configuration names, or the default, with partials and further files. */
export function loadTemplate(
  configuration: Pick<Configuration, 'template'> & OutputSettings & SecretSettings,
): Template {
  const { template } = configuration
  const source = template === undefined ? '' : readText(template, 'the template')
  const { partials, outputs } = readOutputTemplates(configuration)
  const others = [...Object.values(partials), ...outputs.map(output => output.source)]
  // Before it is compiled: its errors quote it.
  rememberConfiguredSecrets(configuration, [source, ...others].join('\n'))
  if (template !== undefined)
    return compileTemplate(source, { name: basename(template), partials, outputs })
  if (outputs.length === 0) return defaultTemplate
  const { name } = defaultTemplate
  return compileTemplate(defaultTemplate.source, { name, partials, outputs })
}

/** Returns the part of the configuration that the renderer reads. */
export function proxyPolicy({
  haproxy,
  stats,
  values,
  balancers,
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
    ...(balancers && { balancers: selectionOf(balancers) }),
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

/** Returns the place of the servers' states, next to the file; none if HAProxy would split its path. */
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
): RenderedMembers {
  const own = { addresses: ownAddresses(), ...(listening !== undefined && { listening }) }
  const builder = createModelBuilder(proxyPolicy(configuration), { own })
  return rendered(builder.build(members, incumbents), template)
}

/** Renders the members of one configuration again and again, in the time of what changed. */
export class MemberRenderer {
  readonly #policy: ProxyPolicy
  readonly #template: Template
  readonly #listening: string
  #builder: ModelBuilder | undefined
  #model: ProxyModel | undefined
  #addresses: readonly string[] | undefined
  /** Time at which the addresses of this host were read. */
  #readAt = -Infinity

  /** @param listening - rendered text without members, whose `bind` lines HAProxy has */
  constructor(configuration: Configuration, template: Template, listening: string) {
    this.#policy = proxyPolicy(configuration)
    this.#template = template
    this.#listening = listening
  }

  /**
   * Renders as {@link renderMembers} does.
   *
   * @throws RenderError if the template is invalid, whatever the members.
   */
  render(
    members: ReadonlyMap<string, PoolMember>,
    incumbents: Incumbents,
    balancers?: Balancers,
  ): RenderedMembers {
    const built = this.#currentBuilder().build(members, incumbents, balancers)
    this.#model = built.model
    const result = rendered(built, this.#template)
    if (performance.now() - this.#readAt >= addressesForMs) this.#readAddressesSoon()
    return result
  }

  #currentBuilder(): ModelBuilder {
    if (!this.#addresses) this.#readAddresses()
    const own = { addresses: this.#addresses ?? [], listening: this.#listening }
    return (this.#builder ??= createModelBuilder(this.#policy, { own, before: this.#model }))
  }

  /** Lets the next rendering have the addresses that the host has then; HAProxy gets this one first. */
  #readAddressesSoon(): void {
    this.#readAt = performance.now()
    setTimeout(() => this.#readAddresses(), readAddressesAfterMs).unref()
  }

  /** Reads the addresses of this host; others need another builder. */
  #readAddresses(): void {
    this.#readAt = performance.now()
    const addresses = ownAddresses()
    if (isDeepStrictEqual(addresses, this.#addresses)) return
    this.#addresses = addresses
    this.#builder = undefined
  }
}

/** Time after which the addresses of the host are read again. */
const addressesForMs = 1000
const readAddressesAfterMs = 50

function rendered(
  { model, quarantined }: ReturnType<ModelBuilder['build']>,
  template: Template,
): RenderedMembers {
  const made = template.render(model)
  const all = made.quarantined.length === 0 ? quarantined : [...quarantined, ...made.quarantined]
  return { rendered: made, model, quarantined: all }
}

/** Returns the settings by which members are balancers, without those of keepalived. */
function selectionOf(balancers: NonNullable<Configuration['balancers']>) {
  const { role, tags, match, names, networks, port, maxBalancers } = balancers
  return { role, tags, match, networks, port, maxBalancers, ...(names !== undefined && { names }) }
}
