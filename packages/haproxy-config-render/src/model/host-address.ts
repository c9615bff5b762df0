import { canonicalAddress } from 'haproxy-config-text'

/** The address of a host, in words. */
export const hostAddressExpected =
  'an IPv4 or IPv6 address of one host (not unspecified, multicast, broadcast, reserved, link-local or a metadata service) without a zone'

/** An IPv4 address in IPv6 notation: HAProxy reaches the same host by both. */
const mapped = /^::ffff:(?=\d+\.)/

/**
 * IPv4 addresses at which no single host of a cluster answers: this network (to
 * HAProxy, 0.0.0.0 is the address that the client connected to), link-local
 * (where most clouds serve their metadata), multicast, reserved and broadcast,
 * and the metadata services of Azure and Alibaba.
 */
const noHostIPv4 = /^(?:0|169\.254|22[4-9]|2[3-5]\d)\.|^(?:168\.63\.129\.16|100\.100\.100\.200)$/

/**
 * The same for IPv6: all of ::/16 but loopback, link-local (HAProxy takes no zone,
 * so it cannot be reached), multicast, and the metadata services of AWS and Google.
 */
const noHostIPv6 = /^(?!::1$)0?:|^(?:fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:|fd00:ec2::254$|fd20:ce::254$)/

/** Prefixes of IPv6 addresses that a gateway translates to the IPv4 address behind them: NAT64 and 6to4. */
const translated = /^(?:64:ff9b::(?:([0-9a-f]{1,4}):)?|2002:([0-9a-f]{1,4}):)([0-9a-f]{0,4})/

/**
 * Returns the address of a host in its one notation, IPv4-mapped addresses as
 * IPv4; undefined for a text that is no address, and for an address at which no
 * single host answers, also behind NAT64 and 6to4. Loopback is allowed.
 */
export function hostAddress(text: string): string | undefined {
  const address = canonicalAddress(text)?.replace(mapped, '')
  if (address === undefined) return undefined
  if (!address.includes(':')) return noHostIPv4.test(address) ? undefined : address
  const inner = translatedIPv4(address)
  const isHost = inner === undefined || !(noHostIPv4.test(inner) || isLoopback(inner))
  return isHost && !noHostIPv6.test(address) ? address : undefined
}

/** Returns true for a canonical address that reaches only the host itself. */
export function isLoopback(address: string): boolean {
  return /^127\.|^::1$/.test(address.replace(mapped, ''))
}

function translatedIPv4(address: string): string | undefined {
  const [, nat64 = '0', sixToFour = nat64, last] = translated.exec(address) ?? []
  if (last === undefined) return undefined
  const groups = [sixToFour, last].map(group => Number.parseInt(group || '0', 16))
  return groups.flatMap(group => [group >> 8, group & 0xff]).join('.')
}
