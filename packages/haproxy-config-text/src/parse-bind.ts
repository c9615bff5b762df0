import { bindKeywordsWithValue } from './bind-keywords.js'
import { canonicalAddress } from './canonical-address.js'
import type { ServerOption } from './server-options.js'

/** One address on which HAProxy listens. */
export interface Listener {
  /** `tcp`, `udp` (QUIC too), `unix`, or the prefix of another kind of address, such as `abns`. */
  readonly protocol: string
  /**
   * Canonical IP address, `0.0.0.0` and `::` for all of a family; the path or
   * name of a socket; the text of an address that holds a variable or a name.
   */
  readonly host: string
  /** First port of a range, or the only port; 0 for an address without a port that is a number. */
  readonly firstPort: number
  /** Last port of a range, or the only port; 0 for an address without a port that is a number. */
  readonly lastPort: number
}

/** The addresses and options of a `bind` line. */
export interface Bind {
  /** Addresses of the line, in order. */
  readonly listeners: readonly Listener[]
  /** Options of the line, in order. */
  readonly options: readonly ServerOption[]
}

/**
 * Parses the words of a line behind `bind` or `stats socket`: addresses, then options.
 *
 * @example
 * ```ts
 * import { parseBind } from 'haproxy-config-text/effective'
 *
 * const { listeners } = parseBind([':80,[::1]:8000-8009', 'accept-proxy'])
 * listeners[0] // => { protocol: 'tcp', host: '0.0.0.0', firstPort: 80, lastPort: 80 }
 * listeners[1] // => { protocol: 'tcp', host: '::1', firstPort: 8000, lastPort: 8009 }
 * ```
 */
export function parseBind([addresses = '', ...words]: readonly string[]): Bind {
  const options: ServerOption[] = []
  for (let i = 0; i < words.length;) {
    const keyword = words[i] ?? ''
    const end = i + 1 + (bindKeywordsWithValue.has(keyword) ? 1 : 0)
    options.push({ keyword, values: words.slice(i + 1, end) })
    i = end
  }
  return { listeners: addresses.split(',').filter(Boolean).map(parseListener), options }
}

/** `tcp4@`, `quic6@`, `unix@` and so on; `stream+` and `dgram+` may come before an address family. */
const prefixed = /^(?:(stream|dgram)\+)?([a-z]+)(4|6)?@(.*)$/

function parseListener(address: string): Listener {
  if (address.startsWith('/')) return socketAt('unix', address)
  const [, kind, name = 'tcp', family, rest = address] = prefixed.exec(address) ?? []
  if (name === 'unix' || name === 'uxst') return socketAt('unix', rest)
  if (!internetNames.has(name)) return socketAt(name, rest)
  const isDatagram = kind === 'dgram' || name === 'udp' || name === 'quic'
  return internetListener(isDatagram ? 'udp' : 'tcp', rest, family === '6')
}

/** Names of prefixes whose addresses have a port. */
const internetNames: ReadonlySet<string> = new Set(['tcp', 'udp', 'quic', 'ipv'])

const socketAt = (protocol: string, host: string): Listener => ({
  protocol,
  host,
  firstPort: 0,
  lastPort: 0,
})

function internetListener(protocol: string, endpoint: string, isIPv6: boolean): Listener {
  const [, host, first, last] = /^(.*):(\d+)(?:-(\d+))?$/.exec(endpoint) ?? []
  if (host === undefined || first === undefined) return socketAt(protocol, endpoint)
  return {
    protocol,
    host: canonicalHost(host.replace(/^\[(.*)\]$/, '$1'), isIPv6),
    firstPort: Number(first),
    lastPort: Number(last ?? first),
  }
}

function canonicalHost(host: string, isIPv6: boolean): string {
  if (host === '' || host === '*') return isIPv6 ? '::' : '0.0.0.0'
  return canonicalAddress(host) ?? host
}
