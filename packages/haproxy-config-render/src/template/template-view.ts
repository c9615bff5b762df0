import type { ProxyModel } from '../model/proxy-model.js'
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

/** Returns the view of a model; `addresses` is computed only if a template uses it. */
export function templateView(model: ProxyModel): TemplateView {
  return {
    ...model,
    get addresses() {
      return model.pools.flatMap(pool => pool.servers).map(addressOf)
    },
  }
}

function addressOf(server: Server): Address {
  const address = { host: server.name, ip: server.address, port: server.port }
  servers.set(address, server)
  return address
}

/** Returns the server of one of the view's addresses. */
export function serverOfView(value: unknown): Server | undefined {
  return typeof value === 'object' && value !== null ? servers.get(value) : undefined
}
