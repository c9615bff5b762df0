import type { Pool, ProxyModel } from '../model/proxy-model.js'
import type { Server } from '../model/server.js'

/** The model as templates read it. */
export interface TemplateView extends ProxyModel {
  /** All servers of all pools, with the field names of the classic lab's template. */
  readonly addresses: readonly Address[]
}

/** A server with the field names of the classic lab's template. */
export interface Address {
  readonly host: string
  readonly ip: string
  readonly port: number
}

const servers = new WeakMap<object, Server>()
const modelPools = new WeakMap<object, Pool>()

/**
 * Returns the view of a model; `addresses` is computed only if a template uses it.
 *
 * @param onPoolRead - called with the name of a pool when a template reads its servers
 *   itself: `{{servers pool}}` reads none
 */
export function templateView(model: ProxyModel, onPoolRead: (pool: string) => void): TemplateView {
  const pools = model.pools.map(pool => {
    const view = {
      ...pool,
      get servers() {
        onPoolRead(pool.name)
        return pool.servers
      },
    }
    modelPools.set(view, pool)
    return view
  })
  return {
    ...model,
    pools,
    get addresses() {
      return pools.flatMap(pool => pool.servers).map(addressOf)
    },
  }
}

function addressOf(server: Server): Address {
  const address = { host: server.name, ip: server.address, port: server.port }
  servers.set(address, server)
  return address
}

/** Returns the pool of one of the view's pools, without reading its servers. */
export function poolOfView(value: unknown): Pool | undefined {
  return typeof value === 'object' && value !== null ? modelPools.get(value) : undefined
}

/** Returns the server of one of the view's addresses. */
export function serverOfView(value: unknown): Server | undefined {
  return typeof value === 'object' && value !== null ? servers.get(value) : undefined
}
