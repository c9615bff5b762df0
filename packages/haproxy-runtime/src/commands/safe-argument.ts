import { isIP } from 'node:net'
import { HaproxyError } from '../haproxy-error.js'

/** A server as commands name it; refuses what HAProxy would read as anything else. */
export function serverName(pool: string, name: string): string {
  return `${proxyName(pool)}/${proxyName(name)}`
}

/** Refuses what HAProxy would read as anything but one name. */
export function proxyName(name: string): string {
  if (!/^[A-Za-z0-9_.:-]+$/.test(name)) throw unsafe(name, 'a name of A-Z a-z 0-9 _ . : -')
  return name
}

/** An IP address; HAProxy would resolve a host name, and wait for it. */
export function ipAddress(address: string): string {
  if (isIP(address) === 0) throw unsafe(address, 'an IP address')
  return address
}

/** An address with its port, as one word. */
export function endpoint(address: string, port: number): string {
  const host = isIP(ipAddress(address)) === 6 ? `[${address}]` : address
  return `${host}:${portNumber(port)}`
}

/** HAProxy takes a port beyond the range, and uses what is left of it after 16 bits. */
export function portNumber(port: number): number {
  return integer(port, 1, 65_535, 'a port')
}

/** A server's share, 0 to 256. */
export function weightNumber(weight: number): number {
  return integer(weight, 0, 256, 'a weight')
}

function integer(value: number, least: number, most: number, what: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw unsafe(String(value), `${what} from ${least} to ${most}`)
}

/** Words that may not begin a command of their own, nor swallow the next ones. */
export function words(options: string): string {
  // Behind `<<` HAProxy reads the next commands as data.
  if (/[\n\r;\0]|<</.test(options))
    throw unsafe(options, 'words without line breaks, semicolons and <<')
  return options
}

/** One word, whatever it holds but line breaks: spaces, semicolons and backslashes are escaped. */
export function word(text: string): string {
  if (text === '' || /[\n\r\0]|<</.test(text))
    throw unsafe(text, 'a text without line breaks and <<, and not an empty one')
  return text.replace(/[\\; \t]/g, '\\$&')
}

function unsafe(found: string, wanted: string): HaproxyError {
  const shown = JSON.stringify(found.slice(0, 100))
  return new HaproxyError(
    'unsafe-argument',
    `An argument could become a command of its own, or another value: found ${shown}, wanted ${wanted}`,
  )
}
