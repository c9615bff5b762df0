import { isDeepStrictEqual } from 'node:util'
import { markAsModel } from './parse-model.js'
import { hasSameFields, poolsByName, type Pool, type ProxyModel } from './proxy-model.js'
import type { Server } from './server.js'

/**
 * Returns a checked model with other servers in its pools. It does not visit the
 * servers: they have to be checked, sorted by name, and without repeated names
 * and addresses. Equal parts of the model before are used again.
 */
export function modelWithServers(
  model: ProxyModel,
  servers: ReadonlyMap<string, readonly Server[]>,
  before: ProxyModel = model,
): ProxyModel {
  const old = poolsByName(before)
  const pools = model.pools.map(pool =>
    poolWithServers(pool, servers.get(pool.name) ?? [], old.get(pool.name)),
  )
  if (pools.every((one, i) => one === model.pools[i])) return model
  const isEqual = isDeepStrictEqual(model.frontends, before.frontends)
  const { frontends } = isEqual ? before : model
  return markAsModel({ ...model, frontends, pools: Object.freeze(pools) })
}

function poolWithServers(pool: Pool, servers: readonly Server[], old: Pool | undefined): Pool {
  if (old?.servers === servers && hasSameFields(pool, old)) return old
  return Object.freeze({ ...pool, servers: Object.freeze(servers) })
}
