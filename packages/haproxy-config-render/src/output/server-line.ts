import type { Server } from '../model/server.js'

/** A rendered server, with the options that HAProxy needs to add it at run time. */
export interface RenderedServer {
  /** Name of the server, unique in its pool. */
  readonly name: string
  /** IP address. */
  readonly address: string
  /** Port of the application. */
  readonly port: number
  /** Weight, 0 to 256; 0 drains. */
  readonly weight: number
  /** Words of the line after the weight. */
  readonly options: string
}

/** Returns the words after a server's weight. */
function ownOptions(options: string, { backup, slowStartMs, options: own }: Server): string {
  const slowStart = slowStartMs > 0 ? ` slowstart ${slowStartMs}ms` : ''
  return options + (own === '' ? '' : ` ${own}`) + slowStart + (backup ? ' backup' : '')
}

/** Returns a server line of the configuration, without indentation. */
export function serverLine(server: Server, options: string): string {
  const { name, address, port, weight } = server
  const host = address.includes(':') ? `[${address}]` : address
  return `server ${name} ${host}:${port} weight ${weight} ${ownOptions(options, server)}`
}

/** Returns the server line as data. */
export function renderedServer(server: Server, options: string): RenderedServer {
  const { name, address, port, weight } = server
  return { name, address, port, weight, options: ownOptions(options, server) }
}
