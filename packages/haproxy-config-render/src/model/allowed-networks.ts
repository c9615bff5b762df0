import { BlockList, isIP } from 'node:net'

/** An address and the length of its prefix, as in 10.0.0.0/8. */
const networkPattern = /^([0-9A-Fa-f.:]{2,45})\/(\d{1,3})$/

/** Returns whether a text is a network such as 10.0.0.0/8 or fd00::/8. */
export function isNetwork(text: string): boolean {
  const [, address = '', bits] = networkPattern.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)
}

/**
 * Returns a test for addresses in any of the networks. An IPv4-mapped IPv6
 * address counts as its IPv4 address.
 */
export function inNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [, address = '', bits] = networkPattern.exec(network) ?? []
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return address => list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}
