import { parseSections } from 'haproxy-config-text'
import { parseBind } from 'haproxy-config-text/effective'
import { hostAddress, isLoopback } from '../model/host-address.js'
import type { Bind } from '../model/proxy-model.js'

/** The place of the HAProxy that gets the configuration. */
export interface OwnPlace {
  /** Addresses of its host, at which it listens with a wildcard. */
  readonly addresses?: readonly string[]
  /** Text of a configuration whose `bind` lines it has too, such as that of a template without members. */
  readonly listening?: string
}

/** An address, or all of a family, and a range of ports. */
interface OwnListener {
  readonly host: string
  readonly firstPort: number
  readonly lastPort: number
  /** True if `::` leaves IPv4 out. */
  readonly isOnlyIPv6: boolean
}

/**
 * Returns a test for the addresses and ports at which HAProxy itself listens: a
 * server there would send each request back to HAProxy. A wildcard listens at
 * the addresses of the host, loopback included; `::` at those of both families.
 */
export function ownListeners(
  { addresses = [], listening = '' }: OwnPlace,
  {
    frontends,
    stats,
  }: { readonly frontends: readonly { readonly bind: Bind }[]; readonly stats: Bind | undefined },
): (address: string, port: number) => boolean {
  const binds = [...frontends.map(({ bind }) => bind), ...(stats ? [stats] : [])]
  const listeners = [...binds.map(listenerOf), ...listenersIn(listening)]
  const own = new Set(addresses.flatMap(address => hostAddress(address) ?? []))
  return (address, port) =>
    listeners.some(
      ({ host, firstPort, lastPort, isOnlyIPv6 }) =>
        port >= firstPort &&
        port <= lastPort &&
        (host === address ||
          (isWildcardFor(host, isOnlyIPv6, address) && (own.has(address) || isLoopback(address)))),
    )
}

function isWildcardFor(host: string, isOnlyIPv6: boolean, address: string): boolean {
  if (host === '0.0.0.0') return !address.includes(':')
  return host === '::' && (address.includes(':') || !isOnlyIPv6)
}

const listenerOf = ({ address, port }: Bind): OwnListener => ({
  host: hostAddress(address) ?? address,
  firstPort: port,
  lastPort: port,
  isOnlyIPv6: false,
})

/** The listeners of the text that was parsed last: it changes with the template only. */
let parsed: { readonly text: string; readonly listeners: readonly OwnListener[] } | undefined

function listenersIn(text: string): readonly OwnListener[] {
  if (parsed?.text !== text) parsed = { text, listeners: [...parseListeners(text)] }
  return parsed.listeners
}

function* parseListeners(text: string): Generator<OwnListener> {
  for (const { kind, directives } of parseSections(text)) {
    if (kind !== 'frontend' && kind !== 'listen') continue
    for (const { words } of directives) {
      if (words[0] !== 'bind') continue
      const { listeners, options } = parseBind(words.slice(1))
      const isOnlyIPv6 = options.some(({ keyword }) => keyword === 'v6only')
      for (const { protocol, host, firstPort, lastPort } of listeners) {
        if (protocol !== 'tcp') continue
        yield { host: hostAddress(host) ?? host, firstPort, lastPort, isOnlyIPv6 }
      }
    }
  }
}
