import t from 'tap'
import { checkNetworks } from '../../src/doctor/check-networks.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'

const { pools } = smallestConfiguration()
const alive = (...addresses: readonly string[]) =>
  addresses.map(address => ({ address, status: 'alive' as const }))

t.test('a pool without networks is a warning, with the network of the members', async t => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['10.0.1.5'], /`networks: \[10\.0\.1\.0\/24\]`/],
    [['10.0.1.5', '10.0.1.9'], /\[10\.0\.1\.0\/24\]/],
    [['10.0.1.5', '10.0.2.9'], /\[10\.0\.0\.0\/16\]/],
    [['10.1.1.5', '10.9.2.9', 'fd00::1'], /\[10\.0\.0\.0\/8, fd00::\/64\]/],
    [['fd00:1:2:3::1', 'fd00:1:2:4::1'], /\[fd00:1:2::\/48\]/],
    [['10.0.0.1', '192.168.0.1'], /to the networks of its servers/],
    [['10.0.0.1', '127.0.0.1'], /to the networks of its servers/],
  ]
  for (const [addresses, remedy] of cases) {
    const findings = checkNetworks(pools, alive(...addresses))
    t.match(findings, [{ check: 'networks', level: 'warn', remedy }], addresses.join())
    t.equal(findings[0]?.text, '1 pool takes members at any address: web')
  }
})

t.test('pools with networks, a cluster on loopback, and one without members need none', async t => {
  const closed = smallestConfiguration({
    pools: [{ name: 'web', port: 80, networks: ['10.0.0.0/8'] }],
  }).pools
  t.same(checkNetworks(closed, alive('10.0.0.1')), [])
  t.same(checkNetworks(pools, alive('127.0.0.1', '127.0.64.11', '::1')), [])
  t.same(checkNetworks(pools, []), [])
  t.same(checkNetworks(pools, [{ address: '10.0.0.1', status: 'failed' }]), [])
  t.same(checkNetworks(pools, alive('')), [])
})
