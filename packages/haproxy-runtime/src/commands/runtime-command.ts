import {
  endpoint,
  ipAddress,
  portNumber,
  proxyName,
  serverName,
  weightNumber,
  words,
} from './safe-argument.js'

/** A command of the Runtime API, with the reply that means it was done. */
export interface RuntimeCommand {
  readonly text: string
  /** Matches the whole reply of a command that was carried out. */
  readonly done: RegExp
}

const silence = /^$/

function silent(text: string): RuntimeCommand {
  return { text, done: silence }
}

/** Adds a server in maintenance, its checks off; `options` are the words of a server line. */
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

/** Starts the checks of a server: those of a server that was added at run time are off. */
export function enableHealth(pool: string, name: string): RuntimeCommand {
  return silent(`enable health ${serverName(pool, name)}`)
}

/** Lets a server take traffic. */
export function setReady(pool: string, name: string): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} state ready`)
}

/** Lets a server finish what it has, and gives it no new client; weight 0 does the same. */
export function setDrain(pool: string, name: string): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} state drain`)
}

/** Takes a server out; what is under way on it is not cut unless its options say so. */
export function setMaintenance(pool: string, name: string): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} state maint`)
}

/** Sets a server's share, 0 to 256; 0 drains: sessions under way go on, no new client comes. */
export function setWeight(pool: string, name: string, weight: number): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} weight ${weightNumber(weight)}`)
}

/** Tells HAProxy what its checks would find; the next check may find otherwise. */
export function setHealth(pool: string, name: string, health: 'up' | 'down'): RuntimeCommand {
  return silent(`set server ${serverName(pool, name)} health ${health}`)
}

/** Moves a server to another address and port. */
export function setAddress(
  pool: string,
  name: string,
  address: string,
  port: number,
): RuntimeCommand {
  const place = `addr ${ipAddress(address)} port ${portNumber(port)}`
  return {
    text: `set server ${serverName(pool, name)} ${place}`,
    done: /^(?:(?:IP|port) changed from |no need to change |nothing changed)/,
  }
}

/**
 * Gives each server of a pool its dynamic cookie. Only for a pool whose
 * `cookie` line says `dynamic`. Before HAProxy 3.0 a server that was added at
 * run time has none until this is said again, and its clients stick nowhere.
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

/** Removes a server; HAProxy refuses while it is not in maintenance or has a connection left. */
export function deleteServer(pool: string, name: string): RuntimeCommand {
  return { text: `del server ${serverName(pool, name)}`, done: /^Server deleted\.$/ }
}
