import { isIP } from 'node:net'
import { HaproxyError } from './haproxy-error.js'

/** A command of the Runtime API, with the reply that means it was done. */
export interface RuntimeCommand {
  readonly text: string
  /** Matches the whole reply of a command that was carried out. */
  readonly done: RegExp
}

const silence = /^$/

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
  return { text: `enable health ${serverName(pool, name)}`, done: silence }
}

/** Lets a server take traffic. */
export function setReady(pool: string, name: string): RuntimeCommand {
  return { text: `set server ${serverName(pool, name)} state ready`, done: silence }
}

/** Takes a server out; what is under way on it is not cut unless its options say so. */
export function setMaintenance(pool: string, name: string): RuntimeCommand {
  return { text: `set server ${serverName(pool, name)} state maint`, done: silence }
}

/** Sets a server's share, 0 to 256; 0 drains: sessions under way go on, no new client comes. */
export function setWeight(pool: string, name: string, weight: number): RuntimeCommand {
  return { text: `set server ${serverName(pool, name)} weight ${weight}`, done: silence }
}

/** Moves a server to another address and port. */
export function setAddress(
  pool: string,
  name: string,
  address: string,
  port: number,
): RuntimeCommand {
  if (isIP(address) === 0) throw unsafe(address, 'an IP address')
  return {
    text: `set server ${serverName(pool, name)} addr ${address} port ${port}`,
    done: /^(?:(?:IP|port) changed from |no need to change |nothing changed)/,
  }
}

/** Ends every session of a server at once. */
export function shutdownSessions(pool: string, name: string): RuntimeCommand {
  return { text: `shutdown sessions server ${serverName(pool, name)}`, done: silence }
}

/** Removes a server; HAProxy refuses while it is not in maintenance or has a connection left. */
export function deleteServer(pool: string, name: string): RuntimeCommand {
  return { text: `del server ${serverName(pool, name)}`, done: /^Server deleted\.$/ }
}

function endpoint(address: string, port: number): string {
  const family = isIP(address)
  if (family === 0) throw unsafe(address, 'an IP address')
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

function serverName(pool: string, name: string): string {
  return `${proxyName(pool)}/${proxyName(name)}`
}

/** Refuses what HAProxy would read as anything but one name. */
export function proxyName(name: string): string {
  if (!/^[A-Za-z0-9_.:-]+$/.test(name)) throw unsafe(name, 'a name of A-Z a-z 0-9 _ . : -')
  return name
}

function words(options: string): string {
  // Behind `<<` HAProxy reads the next commands as data.
  if (/[\n\r;]|<</.test(options))
    throw unsafe(options, 'words without line breaks, semicolons and <<')
  return options
}

function unsafe(found: string, wanted: string): HaproxyError {
  const shown = JSON.stringify(found.slice(0, 100))
  return new HaproxyError(
    'unsafe-argument',
    `An argument could become a command of its own: found ${shown}, wanted ${wanted}`,
  )
}
