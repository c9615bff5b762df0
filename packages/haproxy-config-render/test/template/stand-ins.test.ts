import t from 'tap'
import { withoutServers, withStandIns } from '../../src/template/stand-ins.js'
import { smallModel } from '../cases.js'

const [pool] = smallModel.pools
const servers = pool?.servers ?? []

t.test('servers are taken out, and the rest stays', async t => {
  const { pools } = withoutServers(smallModel, servers.slice(1))
  t.strictSame(pools[0]?.servers, servers.slice(0, 1))
  t.strictSame(
    withoutServers(smallModel, new Map(servers.map(one => [one, 1]))).pools[0]?.servers,
    [],
  )
})

t.test('a stand-in has the place of a server, another name and plain tags', async t => {
  const { pools } = withStandIns(smallModel, servers.slice(0, 1), ['zone'])
  t.match(pools[0]?.servers, [
    { name: 'member0', address: '10.0.0.1', port: 80, weight: 100, tags: { zone: 'x' } },
    { name: 's2' },
  ])
})
