import { mergedOptions } from '../model/server-options.js'
import type { Pool } from '../model/proxy-model.js'
import type { Server } from '../model/server.js'

/** A rendered server, with the options that HAProxy needs to add it at run time. */
export interface RenderedServer {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly options: string
}

/**
 * Default options of managed servers: the health check, and when a server is taken out.
 * They are on each server line and not in `default-server`, because a server
 * that is added at run time ignores `default-server`.
 *
 * A dead server is out after two checks, 200 to 700 ms; one that comes back is
 * in after a single good check.
 *
 * No session is cut when a server goes down: "on-marked-down shutdown-sessions"
 * also ends requests that HAProxy is about to retry (decision 0024).
 */
export const serverChecks =
  'check inter 500ms fastinter 200ms downinter 500ms fall 2 rise 1 ' +
  'observe layer4 error-limit 3 on-error mark-down'

/** The options that all servers of a pool have. */
export function poolOptions({ serverOptions }: Pick<Pool, 'serverOptions'>): string {
  return mergedOptions(serverChecks, serverOptions)
}

/** Returns the words after a server's weight. */
function ownOptions(options: string, { backup, slowStartMs }: Server): string {
  const slowStart = slowStartMs > 0 ? ` slowstart ${slowStartMs}ms` : ''
  return options + slowStart + (backup ? ' backup' : '')
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
