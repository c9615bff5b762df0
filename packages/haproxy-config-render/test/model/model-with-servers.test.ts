import t from 'tap'
import { modelWithServers } from '../../src/model/model-with-servers.js'
import { parseModel } from '../../src/model/parse-model.js'

const parse = (pools: readonly object[], frontend = 'web') =>
  parseModel({
    runtimeSocket: '/run/x.sock',
    frontends: [{ name: frontend, bind: '0.0.0.0:80' }],
    pools,
  })

const servers = [{ name: 's1', address: '10.0.0.1', port: 80 }]
const before = parse([
  { name: 'a', servers },
  { name: 'b', servers },
])
const lists = new Map(before.pools.map(pool => [pool.name, pool.servers]))

t.test('only the pools with other servers are new, and the model is valid', async t => {
  t.equal(modelWithServers(before, lists), before)
  const after = modelWithServers(before, new Map([...lists, ['a', []]]))
  t.equal(parseModel(after), after)
  t.strictSame(after.pools[0], { ...before.pools[0], servers: [] })
  t.equal(after.pools[1], before.pools[1])
  t.ok(Object.isFrozen(after) && after.pools.every(pool => Object.isFrozen(pool)))
})

t.test('equal parts of the model before are used again', async t => {
  const base = parse([
    { name: 'a', servers: [] },
    { name: 'b', balance: 'random', servers: [] },
  ])
  const after = modelWithServers(base, lists, before)
  t.equal(after.frontends, before.frontends)
  t.equal(after.pools[0], before.pools[0])
  t.match(after.pools[1], { balance: 'random', servers })
  t.equal(modelWithServers(parse([], 'other'), lists, before).frontends[0]?.name, 'other')
})
