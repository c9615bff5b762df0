import { isIP } from 'node:net'
import { splitWords } from 'haproxy-config-text'
import { HaproxyError } from '../haproxy-error.js'

/** Returns a server's name in commands; throws if HAProxy could read it as something else. */
export function serverName(pool: string, name: string): string {
  return `${proxyName(pool)}/${proxyName(name)}`
}

/** Returns the name of a proxy or server; throws if HAProxy could read it as something else. */
export function proxyName(name: string): string {
  if (!/^[A-Za-z0-9_.:-]+$/.test(name)) throw unsafe(name, 'a name of A-Z a-z 0-9 _ . : -')
  return name
}

/** Returns an IP address. A host name is refused: HAProxy would block while it resolves it. */
export function ipAddress(address: string): string {
  if (isIP(address) === 0) throw unsafe(address, 'an IP address')
  return address
}

/** Returns an address with its port, as one word. */
export function endpoint(address: string, port: number): string {
  const host = isIP(ipAddress(address)) === 6 ? `[${address}]` : address
  return `${host}:${portNumber(port)}`
}

/** Returns a port within range. HAProxy accepts larger ones and truncates them to 16 bits. */
export function portNumber(port: number): number {
  return integer(port, 1, 65_535, 'a port')
}

/** Returns a server's weight, 0 to 256. */
export function weightNumber(weight: number): number {
  return integer(weight, 0, 256, 'a weight')
}

/** Returns a limit of connections, as HAProxy's integers hold it. */
export function connectionLimit(limit: number): number {
  return integer(limit, 0, 2_147_483_647, 'a limit')
}

function integer(value: number, least: number, most: number, what: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw unsafe(String(value), `${what} from ${least} to ${most}`)
}

/**
 * Returns the options of a server line as words of a command. A command has no
 * quotes: HAProxy would take those of the line for a part of the word, so that
 * `cookie "s1"` would be another cookie than in its file.
 */
export function words(options: string): string {
  // After `<<` HAProxy reads the following commands as data.
  if (/[\n\r\0]|<</.test(options)) throw unsafe(options, 'words without line breaks and <<')
  // With thousands of servers, most of them plain, splitting all would take a while.
  if (!/["'\\#;]/.test(options)) return options
  return splitWords(options).map(word).join(' ')
}

/** Returns a text as one word: spaces, semicolons and backslashes are escaped. */
export function word(text: string): string {
  if (text === '' || /[\n\r\0]|<</.test(text))
    throw unsafe(text, 'a non-empty text without line breaks and <<')
  return text.replace(/[\\; \t]/g, '\\$&')
}

/** Creates the error about an argument that HAProxy could read as something else. */
export function unsafe(value: string, expected: string): HaproxyError {
  const got = JSON.stringify(value.slice(0, 100))
  return new HaproxyError(
    'unsafe-argument',
    `Unsafe argument of a HAProxy command: expected ${expected}, got ${got}`,
  )
}
