import t from 'tap'
import { inNetworks, isNetwork } from '../../src/model/allowed-networks.js'

t.test('a network is an address and a prefix that fits it', async t => {
  for (const text of ['10.0.0.0/8', '0.0.0.0/0', '192.0.2.1/32', 'fd00::/8', '::/0', '::1/128']) {
    t.ok(isNetwork(text), text)
  }
  const bad = [
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    'host/8',
    '10.0.0.0/8 ',
    '1/1/1',
  ]
  for (const text of bad) t.notOk(isNetwork(text), text)
})

t.test('an address is in any of the networks, and an IPv4-mapped one counts as IPv4', async t => {
  const isIn = inNetworks(['10.0.0.0/8', 'fd00::/8'])
  for (const address of ['10.255.0.1', 'fd12::1', '::ffff:10.0.0.1']) t.ok(isIn(address), address)
  for (const address of ['11.0.0.1', 'fe80::1', '::ffff:11.0.0.1']) t.notOk(isIn(address), address)
  t.notOk(inNetworks([])('10.0.0.1'))
})
