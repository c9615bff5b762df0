import type { NewServer } from './new-server.js'
import {
  endpoint,
  ipAddress,
  portNumber,
  proxyName,
  serverName,
  weightNumber,
  words,
} from './safe-argument.js'
import { hasAgentCheck, hasHealthCheck, startsDisabled } from './server-checks.js'
export type { NewServer } from './new-server.js'
export { setMaxconn } from './set-maxconn.js'

/** A command of the Runtime API, with the reply that means success. */
export interface RuntimeCommand {
  /** Text that is sent, without a line end. */
  readonly text: string
  /** Matches the whole reply of a command that succeeded. */
  readonly done: RegExp
}

const silence = /^$/

function silent(text: string): RuntimeCommand {
  return { text, done: silence }
}

/**
 * Adds a server in maintenance, with its health check off. `options` are those
 * of a server line. See {@link addServers} for all that a server needs.
 */
export function addServer(
  pool: string,
  name: string,
  address: string,
  port: number,
  options = '',
): RuntimeCommand {
  const text = `add server ${serverName(pool, name)} ${endpoint(address, port)} ${words(options)}`
  return { text: text.trimEnd(), done: /^New server registered\.$/ }
}

/** Starts the health check of a server; it is off after a server was added at run time. */
export function enableHealth(pool: string, name: string): RuntimeCommand {
  return silent(`enable health ${serverName(pool, name)}`)
}

/** Starts the agent check of a server; it is off after a server was added at run time. */
export function enableAgent(pool: string, name: string): RuntimeCommand {
  return silent(`enable agent ${serverName(pool, name)}`)
}

/** Stops the agent check of a server; what its agent set last stays. */
export function disableAgent(pool: string, name: string): RuntimeCommand {
  return silent(`disable agent ${serverName(pool, name)}`)
}

/** Lets a server take traffic. */
export function setReady(pool: string, name: string): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} state ready`)
}

/** Drains a server: it keeps its sessions and gets no new clients. Weight 0 does the same. */
export function setDrain(pool: string, name: string): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} state drain`)
}

/** Puts a server into maintenance; its sessions continue unless its options say otherwise. */
export function setMaintenance(pool: string, name: string): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} state maint`)
}

/** Sets a server's weight, 0 to 256; 0 drains it. */
export function setWeight(pool: string, name: string, weight: number): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} weight ${weightNumber(weight)}`)
}

/** Sets the health of a server until its next health check. */
export function setHealth(pool: string, name: string, health: 'up' | 'down'): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} health ${health}`)
}

/**
 * Enables a server that is in maintenance, and lets it take traffic only when
 * its health check has passed. HAProxy takes a server that leaves maintenance
 * for healthy, so its weight is 0 until it was marked as down.
 */
export function setReadyWhenChecked(pool: string, name: string): RuntimeCommand[] {
  const server = serverName(pool, name)
  return [
    silent(`set server ${server} weight 0%`),
    setReady(pool, name),
    setHealth(pool, name, 'down'),
    silent(`set server ${server} weight 100%`),
  ]
}

/** Changes a server's address and port. */
export function setAddress(
  pool: string,
  name: string,
  address: string,
  port: number,
): RuntimeCommand {
  const endpoint = `addr ${ipAddress(address)} port ${portNumber(port)}`
  return {
    text: `set server ${serverName(pool, name)} ${endpoint}`,
    done: /^(?:(?:IP|port) changed from |no need to change |nothing changed)/,
  }
}

/**
 * Sets the dynamic cookie of each server of a pool. It is only for pools with
 * `dynamic` on their `cookie` line. Before HAProxy 3.0 a server that was added
 * at run time has no cookie, and so no stickiness, until this command is sent.
 */
export function enableDynamicCookie(pool: string): RuntimeCommand {
  return silent(`enable dynamic-cookie backend ${proxyName(pool)}`)
}

/** Ends every session of a server at once. */
export function shutdownSessions(pool: string, name: string): RuntimeCommand {
  return silent(`shutdown sessions server ${serverName(pool, name)}`)
}

/** Waits until a server in maintenance has no connection left; HAProxy 3.0 or later. */
export function waitRemovable(pool: string, name: string, ms: number): RuntimeCommand {
  const text = `wait ${Math.max(1, Math.round(ms))}ms srv-removable ${serverName(pool, name)}`
  return { text, done: /^Done\.$/ }
}

/** Removes a server; HAProxy refuses unless it is in maintenance and has no connection left. */
export function deleteServer(pool: string, name: string): RuntimeCommand {
  return { text: `del server ${serverName(pool, name)}`, done: /^Server deleted\.$/ }
}

/**
 * Returns the commands that add servers, in the order in which HAProxy has to
 * get them: all servers are added in maintenance, then the pools set their
 * dynamic cookies, then each server has its health check and its agent check
 * started and is enabled, unless it is `disabled`. So no server takes traffic without its cookie and
 * its checks, and one with `awaitCheck` not before its check has passed.
 *
 * HAProxy sets the time of a server's first check when it is added, and leaves
 * the check out if it is not enabled by then. So a server that waits for it is
 * enabled right after it was added, unless it needs a cookie first.
 *
 * @param cookiePools - pools that set their dynamic cookies in addition to
 * those of the servers with `dynamicCookie`
 */
export function addServers(
  additions: readonly { readonly pool: string; readonly server: NewServer }[],
  cookiePools: Iterable<string> = [],
): { readonly pool: string; readonly command: RuntimeCommand }[] {
  const sticky = additions.filter(({ server }) => server.dynamicCookie).map(({ pool }) => pool)
  const withCookies = new Set([...sticky, ...cookiePools])
  const startsAtOnce = (addition: (typeof additions)[number]) =>
    addition.server.awaitCheck === true && !withCookies.has(addition.pool)
  const started = ({ pool, server }: (typeof additions)[number]) =>
    startCommands(pool, server).map(each => ({ pool, command: each }))
  const added = additions.flatMap(addition => {
    const { pool, server } = addition
    const { name, address, port, options } = server
    const add = { pool, command: addServer(pool, name, address, port, options) }
    return startsAtOnce(addition) ? [add, ...started(addition)] : [add]
  })
  const cookies = [...withCookies].map(pool => ({ pool, command: enableDynamicCookie(pool) }))
  const others = additions.filter(addition => !startsAtOnce(addition))
  return [...added, ...cookies, ...others.flatMap(started)]
}

/** Returns the commands that start the checks of a server that was added, and enable it. */
function startCommands(
  pool: string,
  { name, options = '', awaitCheck = false }: NewServer,
): RuntimeCommand[] {
  const isChecked = hasHealthCheck(options)
  const isAwaited = awaitCheck && isChecked
  const ready = isAwaited ? setReadyWhenChecked(pool, name) : [setReady(pool, name)]
  return [
    ...(isChecked ? [enableHealth(pool, name)] : []),
    ...(hasAgentCheck(options) ? [enableAgent(pool, name)] : []),
    ...(startsDisabled(options) ? [] : ready),
  ]
}
