import * as fc from 'fast-check'
import { BlockList, isIPv4 } from 'node:net'
import t from 'tap'
import { hostAddress, isLoopback } from '../../src/model/host-address.js'

t.test('every notation of an address becomes one', async t => {
  const notations = ['2001:DB8::12', '2001:db8:0:0::12', '2001:db8:0:0:0:0:0:12', '2001:0db8::0012']
  for (const text of notations) t.equal(hostAddress(text), '2001:db8::12', text)
  for (const text of ['10.0.0.1', '::ffff:10.0.0.1', '::FFFF:0a00:1', '0:0:0:0:0:ffff:10.0.0.1'])
    t.equal(hostAddress(text), '10.0.0.1', text)
})

t.test('loopback, private and public addresses are those of hosts', async t => {
  const hosts = ['127.0.62.11', '::1', '192.168.0.1', '223.255.255.255', '192.0.2.1', 'fd00::1']
  for (const text of [...hosts, '169.253.1.1', 'fec0::1', 'ff::1', 'fe8::1', '1.0.0.0', '2::'])
    t.equal(hostAddress(text), text, text)
})

t.test('an address at which no host can answer is refused in any notation', async t => {
  const unspecified = ['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::0', '::ffff:0.0.0.0', '::ffff:0:0']
  const multicast = ['224.0.0.1', '239.255.255.250', 'ff02::1', 'FF0E::2', '::ffff:e000:1']
  const others = ['255.255.255.255', '0.1.2.3', '169.254.169.254', 'fe80::1', 'FEBF::1']
  const reserved = ['240.0.0.1', '254.1.2.3', '::2', '::10.0.0.1', '0:0:0:1::1', '::ffff:f000:1']
  const metadata = ['fd00:ec2:0::254', 'fd20:ce::254', '168.63.129.16', '100.100.100.200']
  const embedded = ['64:ff9b::169.254.169.254', '64:ff9b::1', '64:FF9B::7f00:1', '2002:a9fe:1::1']
  for (const text of [
    ...unspecified,
    ...multicast,
    ...others,
    ...reserved,
    ...metadata,
    ...embedded,
  ])
    t.equal(hostAddress(text), undefined, text)
})

t.test('a text that is no address is refused', async t => {
  const texts = ['', 'host', '10.0.0.256', '10.0.0.1:80', 'fe80::1%eth0', 'fd00::1%1', '[::1]']
  for (const text of [
    ...texts,
    '010.0.0.1',
    '10.0.0.01',
    '10.1',
    '0x7f.0.0.1',
    '10.0.0.1 ',
    '1::2::3',
  ])
    t.equal(hostAddress(text), undefined, text)
})

t.test('loopback is 127.0.0.0/8 and ::1, in any notation', async t => {
  for (const text of ['127.0.0.1', '127.255.1.2', '::1', '::ffff:127.0.0.1'])
    t.equal(isLoopback(text), true, text)
  for (const text of ['128.0.0.1', '::2', '10.127.0.1', '1::1', 'fe80::1'])
    t.equal(isLoopback(text), false, text)
  t.equal(hostAddress('64:ff9b::10.0.0.1'), '64:ff9b::a00:1', 'a host behind NAT64')
  t.equal(hostAddress('2002:a00::'), '2002:a00::', 'a host behind 6to4')
})

const noHosts = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  noHosts.addSubnet(network, bits)
}
for (const address of ['168.63.129.16', '100.100.100.200']) noHosts.addAddress(address)
// An own list: one with `::` would contain every IPv4 address, as an IPv4-mapped one.
const noHostsIPv6 = new BlockList()
for (const [network, bits] of [
  ['::', 16],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  noHostsIPv6.addSubnet(network, bits, 'ipv6')
}

const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 169, 224, 240, 254, 255))

function hasOneResultIPv4([a, b, c, d]: readonly [number, number, number, number]): boolean {
  const plain = `${a}.${b}.${c}.${d}`
  const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  const expected = noHosts.check(plain) ? undefined : plain
  const notations = [plain, `::ffff:${plain}`, `::FFFF:${hex}`, `0:0:0:0:0:ffff:${plain}`]
  return notations.every(text => hostAddress(text) === expected)
}

t.test('all notations of an IPv4 address have one result, that of its network', async t => {
  const addresses = fc.tuple(byte, byte, byte, byte)
  fc.assert(fc.property(addresses, hasOneResultIPv4), { numRuns: 2000 })
  t.pass('2,000 addresses')
})

function hasOneResultIPv6(groups: readonly number[]): boolean {
  const hex = groups.map(each => each.toString(16))
  const short = hex.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::')
  const notations = [
    hex.join(':'),
    hex
      .map(each => each.padStart(4, '0'))
      .join(':')
      .toUpperCase(),
  ]
  const [result, ...others] = [short, ...notations].map(hostAddress)
  if (others.some(other => other !== result)) return false
  const hasInnerIPv4 = isIPv4(result ?? '') || groups[0] === 0x2002 || groups[0] === 0x64
  const isRefused = noHostsIPv6.check(short, 'ipv6') && short !== '::1'
  return hasInnerIPv4 || (result === undefined) === isRefused
}

t.test('all notations of an IPv6 address have one result, that of its network', async t => {
  const group = fc.oneof(fc.constant(0), fc.nat(0xffff), fc.constantFrom(0xfe80, 0xff02, 1))
  const groups = fc.array(group, { minLength: 8, maxLength: 8 })
  fc.assert(fc.property(groups, hasOneResultIPv6), { numRuns: 2000 })
  t.pass('2,000 addresses')
})
