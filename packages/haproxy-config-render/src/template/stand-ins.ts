import { parseModel } from '../model/parse-model.js'
import type { ProxyModel } from '../model/proxy-model.js'
import { checkServer, type Server } from '../model/server.js'

/** Servers of a model, by identity: one name may be in several pools. */
type Servers = readonly Server[] | ReadonlyMap<Server, unknown>

/** Returns the model without some of its servers. */
export function withoutServers(model: ProxyModel, servers: Servers): ProxyModel {
  return withServers(model, servers, () => [])
}

/**
 * Returns the model with a harmless server in place of each of some servers: same
 * address, port and weight, but another name, and a plain word in each tag. A
 * template that cannot print these is wrong by itself.
 *
 * @param tagNames - tags that the template may print
 */
export function withStandIns(
  model: ProxyModel,
  servers: Servers,
  tagNames: readonly string[],
): ProxyModel {
  const names = new Set(model.pools.flatMap(pool => pool.servers.map(({ name }) => name)))
  let number = 0
  const freeName = (): string => {
    const name = `member${number++}`
    return names.has(name) ? freeName() : name
  }
  return withServers(model, servers, server => {
    const tags = Object.fromEntries(
      [...tagNames, ...Object.keys(server.tags)].map(tag => [tag, 'x']),
    )
    const checked = checkServer({ ...server, name: freeName(), tags })
    return checked.success ? [checked.data] : []
  })
}

function withServers(
  model: ProxyModel,
  servers: Servers,
  replacement: (server: Server) => readonly Server[],
): ProxyModel {
  const replaced = new Set(servers instanceof Map ? servers.keys() : (servers as readonly Server[]))
  const pools = model.pools.map(pool => ({
    ...pool,
    servers: pool.servers.flatMap(server =>
      replaced.has(server) ? replacement(server) : [server],
    ),
  }))
  return parseModel({ ...model, pools })
}
