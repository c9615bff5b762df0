import type { Tidy } from './cleanup.js'
import { haproxyPlace, startHaproxy } from './haproxy.js'
import { freePort } from './loopback.js'

/**
 * Starts one HAProxy that answers the health checks and requests at many addresses, and returns
 * the port of all of them. It is a process of its own, and costs little.
 */
export async function startApplications(
  t: Tidy,
  addresses: readonly string[],
  program?: string,
): Promise<number> {
  const place = haproxyPlace(t)
  const port = await freePort(addresses[0] ?? '127.0.0.1')
  const binds = addresses.map(address => `  bind ${address}:${port}\n`)
  const config = `
global
  nbthread 1
  maxconn 3000
  stats socket ${place.runtimeSocket} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 1s
frontend applications
${binds.join('')}  http-request return status 200
`
  await startHaproxy(t, place, config, program)
  return port
}
