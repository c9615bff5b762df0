import { isIP, SocketAddress } from 'node:net'

/**
 * Returns an IP address in the one notation in which HAProxy prints it, so that
 * two addresses are equal exactly if their texts are: RFC 5952, with dots in
 * IPv4-mapped addresses (`::ffff:192.0.2.1`). Returns undefined for a text that
 * is no IP address. A zone (`fe80::1%eth0`) belongs to one machine, and HAProxy
 * refuses it: such a text is no address here.
 *
 * @example
 * ```ts
 * import { canonicalAddress } from 'haproxy-config-text'
 *
 * canonicalAddress('2001:DB8:0:0::12') // => '2001:db8::12'
 * canonicalAddress('web-1') // => undefined
 * ```
 */
export function canonicalAddress(text: string): string | undefined {
  const version = isIP(text)
  // Node accepts IPv4 in one notation only; IPv4 with leading zeros is no address for it.
  if (version === 4) return text
  if (version === 0 || text.includes('%')) return undefined
  return new SocketAddress({ address: text, family: 'ipv6' }).address
}
