import { isIPv6 } from 'node:net'
import type { Server } from './proxy-model.js'

/**
 * How every managed server is checked and when it is taken out, as HAProxy
 * words. They stand on each server line rather than in `default-server`,
 * because a server that is added at run time ignores that one.
 *
 * A dead server is out after two checks, 200 to 700 ms; one that comes back is
 * in after a single good check.
 */
export const serverOptions =
  'check inter 500ms fastinter 200ms downinter 500ms fall 2 rise 1 ' +
  'observe layer4 error-limit 3 on-error mark-down on-marked-down shutdown-sessions'

/** A server line of the configuration, without indentation. */
export function serverLine(server: Server): string {
  const address = isIPv6(server.address) ? `[${server.address}]` : server.address
  return `server ${server.name} ${address}:${server.port} weight ${server.weight} ${serverOptions}`
}
