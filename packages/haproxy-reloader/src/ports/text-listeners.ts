import { canonicalAddress, parseSections, type Directive } from 'haproxy-config-text'
import {
  isDisabled,
  parseBind,
  possibleConfigurations,
  type Bind,
  type Listener,
} from 'haproxy-config-text/effective'
import { HaproxyEnvironment, type Environment } from './environment.js'

/** An address, with a range of ports, at which a text has HAProxy listen. */
export interface TextListener extends Listener {
  readonly protocol: 'tcp' | 'udp'
  /** Line of the text, from 1. */
  readonly line: number
  /** True for `v6only`: `::` leaves IPv4 out. */
  readonly isOnlyIPv6: boolean
  /** True for `transparent`: the address need not be one of this machine. */
  readonly isTransparent: boolean
  /** True for a network of its own: `interface` or `namespace`. */
  readonly isApart: boolean
}

const listening: ReadonlySet<string> = new Set(['frontend', 'listen', 'log-forward'])

/**
 * Returns the addresses and ports at which a text has HAProxy listen: those of
 * `bind`, of `dgram-bind`, and of a `stats socket` with a port. Unix sockets,
 * inherited descriptors, names of hosts, variables that are not known, the
 * `bind` of `peers` and disabled proxies are left out.
 *
 * @param which - `certain` leaves out those under conditions; `possible` has all
 */
export function textListeners(
  text: string,
  environment: Environment,
  which: 'certain' | 'possible',
): TextListener[] {
  // Most lines are servers, and there may be thousands of them.
  const short = text.replaceAll(/^[ \t]*server[ \t].*$/gm, '')
  const each = possibleConfigurations(short).map(one => listenersIn(one, environment))
  const [first = [], ...others] = each
  if (which === 'possible') return each.flat()
  return first.filter(listener =>
    others.every(listeners => listeners.some(other => isSame(listener, other))),
  )
}

function listenersIn(text: string, environment: Environment): TextListener[] {
  const variables = new HaproxyEnvironment(environment)
  return parseSections(text).flatMap(section => {
    const isOff = isDisabled(section)
    return section.directives.flatMap(directive => {
      if (section.kind === 'global') variables.read(directive.words)
      const [addresses = '', ...options] = isOff ? [] : addressWords(section.kind, directive)
      const known = variables.expand(addresses)
      return known === undefined ? [] : listenersOf(parseBind([known, ...options]), directive)
    })
  })
}

/** The words from the address on; none of a line that does not listen. */
function addressWords(kind: string, { words }: Directive): readonly string[] {
  const [first, second] = words
  if (kind === 'global' && first === 'stats' && second === 'socket') return words.slice(2)
  if (kind === 'log-forward' && first === 'dgram-bind') return datagrams(words.slice(1))
  return listening.has(kind) && first === 'bind' ? words.slice(1) : []
}

/** An address of `dgram-bind` is one of datagrams without a prefix that says so. */
function datagrams([addresses = '', ...options]: readonly string[]): readonly string[] {
  const each = addresses.split(',').map(address => {
    if (address.startsWith('/') || /^(?:dgram\+|udp|unix|uxdg|abns|fd)/.test(address))
      return address
    return /^ipv[46]@/.test(address) ? `dgram+${address}` : `udp@${address}`
  })
  return [each.join(','), ...options]
}

function listenersOf({ listeners, options }: Bind, { line }: Directive): TextListener[] {
  const keywords = new Set(options.map(({ keyword }) => keyword))
  const facts = {
    line,
    isOnlyIPv6: keywords.has('v6only'),
    isTransparent: keywords.has('transparent'),
    isApart: keywords.has('interface') || keywords.has('namespace'),
  }
  return listeners.flatMap(listener => {
    const { protocol, host, firstPort, lastPort } = listener
    if (protocol !== 'tcp' && protocol !== 'udp') return []
    const isUsable = firstPort > 0 && lastPort >= firstPort && lastPort <= 65_535
    const isAddress = canonicalAddress(host) !== undefined
    return isUsable && isAddress ? [{ ...listener, ...facts, protocol }] : []
  })
}

function isSame(a: TextListener, b: TextListener): boolean {
  return (
    a.line === b.line &&
    a.protocol === b.protocol &&
    a.host === b.host &&
    a.firstPort === b.firstPort
  )
}
