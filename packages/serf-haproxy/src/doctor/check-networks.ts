import { BlockList, isIP, isIPv4 } from 'node:net'
import { canonicalAddress } from 'haproxy-config-text'
import type { Configuration } from '../configuration/schema.js'
import { plural, verb } from 'command-line-program'
import { warn, type Finding } from './finding.js'

/** Lengths of the prefixes to propose, from narrow to wide. */
const prefixes = { ipv4: [24, 16, 8], ipv6: [64, 48, 32, 16] } as const

type Family = keyof typeof prefixes

/**
 * Finds pools that take members at any address, and proposes the networks of the
 * members that are alive. A cluster on loopback is one host, and needs none.
 */
export function checkNetworks(
  pools: Configuration['pools'],
  members: Iterable<{ readonly status: string; readonly address: string }>,
): readonly Finding[] {
  const open = pools.filter(({ networks }) => networks.length === 0).map(({ name }) => name)
  const addresses = [...members]
    .filter(({ status, address }) => status === 'alive' && isIP(address) !== 0)
    .map(({ address }) => address)
  const isOnLoopback = addresses.every(address => loopback.check(address, familyOf(address)))
  if (open.length === 0 || isOnLoopback) return []
  const { length } = addresses
  const networks = (['ipv4', 'ipv6'] as const).flatMap(family =>
    commonNetwork(
      addresses.filter(address => familyOf(address) === family),
      family,
    ),
  )
  const shown = open.slice(0, 5).join(', ')
  const text = `${plural(open.length, 'pool')} ${verb(open.length, 'takes', 'take')} members at any address: ${shown}`
  const found = `there ${verb(length, 'is', 'are')} the ${plural(length, 'address', 'addresses')} of all members that are alive`
  const remedy =
    networks.length === 0
      ? 'set `networks` of each pool to the networks of its servers'
      : `set \`networks: [${networks.join(', ')}]\`: ${found}`
  return [warn('networks', text, remedy)]
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

function familyOf(address: string): Family {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

/** Returns the narrowest network to propose that has all addresses of a family; empty without one. */
function commonNetwork(addresses: readonly string[], family: Family): string[] {
  const [first] = addresses
  if (first === undefined) return []
  const bits = prefixes[family].find(length => {
    const network = new BlockList()
    network.addSubnet(first, length, family)
    return addresses.every(address => network.check(address, family))
  })
  return bits === undefined ? [] : [`${networkAddress(first, bits, family)}/${bits}`]
}

/** Clears the bytes or groups of an address behind its prefix. */
function networkAddress(address: string, bits: number, family: Family): string {
  if (family === 'ipv4') {
    const bytes = address.split('.').slice(0, bits / 8)
    return [...bytes, '0', '0', '0'].slice(0, 4).join('.')
  }
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  while (groups.length + last.length < 8) groups.push('0')
  const text = [...groups, ...last].slice(0, bits / 16).join(':')
  return canonicalAddress(`${text}::`) ?? text
}
