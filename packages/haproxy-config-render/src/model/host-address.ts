import { canonicalAddress } from 'haproxy-config-text'

/** The address of a host, in words. */
export const hostAddressExpected =
  'an IPv4 or IPv6 address of one host (not unspecified, multicast, broadcast or link-local) without a zone'

/** An IPv4 address in IPv6 notation: HAProxy reaches the same host by both. */
const mapped = /^::ffff:(?=\d+\.)/

/**
 * IPv4 addresses at which no single host answers: this network (to HAProxy,
 * 0.0.0.0 is the address that the client connected to), link-local (where clouds
 * serve their metadata), multicast and broadcast.
 */
const noHostIPv4 = /^(?:0|169\.254|22[4-9]|23\d)\.|^255\.255\.255\.255$/

/** The same for IPv6; `fd00:ec2::254` is a metadata service. HAProxy takes no zone, so link-local is unreachable. */
const noHostIPv6 = /^(?:::$|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:|fd00:ec2::254$)/

/**
 * Returns the address of a host in its one notation, IPv4-mapped addresses as
 * IPv4; undefined for a text that is no address, and for an address at which no
 * single host answers. Loopback is allowed.
 */
export function hostAddress(text: string): string | undefined {
  const address = canonicalAddress(text)?.replace(mapped, '')
  if (address === undefined) return undefined
  const noHost = address.includes(':') ? noHostIPv6 : noHostIPv4
  return noHost.test(address) ? undefined : address
}
