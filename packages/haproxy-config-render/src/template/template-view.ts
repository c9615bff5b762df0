import type { ProxyModel } from '../model/proxy-model.js'
import type { Server } from '../model/server.js'

/** What a template sees beside the model. */
export interface TemplateView extends ProxyModel {
  /** Every server of every pool under the names of the classic lab's template. */
  readonly addresses: readonly Address[]
}

interface Address {
  readonly host: string
  readonly ip: string
  readonly port: number
}

const servers = new WeakMap<object, Server>()

/** The model as a template sees it; `addresses` is made only where it is used. */
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

/** The server behind one of the view's addresses. */
export function serverOfView(value: unknown): Server | undefined {
  return typeof value === 'object' && value !== null ? servers.get(value) : undefined
}
