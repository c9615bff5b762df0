import t from 'tap'
import { parseModel } from '../../src/model/parse-model.js'
import { frontend, modelWith, pool, poolsWith } from './changed-model.js'

t.test('two entries of one name are refused', async t => {
  const bind = { address: '127.0.0.1', port: 81 }
  const server = { name: 's1', address: '10.0.0.1', port: 80 }
  const repeats: readonly (readonly [object, RegExp])[] = [
    [{ pools: [pool, { name: 'zoo', servers: [] }, pool] }, /two entries for pool app/],
    [{ frontends: [frontend, { ...frontend, bind }] }, /two entries for frontend web/],
    [{ pools: [{ ...pool, servers: [server, { ...server, port: 81 }] }] }, /server of pool app s1/],
  ]
  for (const [changes, message] of repeats) {
    t.throws(() => parseModel(modelWith(changes)), { code: 'invalid-model', message })
  }
})

t.test('a frontend and a pool may have one name', async t => {
  const model = parseModel(modelWith({ frontends: [{ ...frontend, name: 'app' }] }))
  t.equal(model.frontends[0]?.name, model.pools[0]?.name)
})

t.test('the name of the statistics page is taken where there is one', async t => {
  const pools = [pool, { name: 'stats', servers: [] }]
  const stats = { address: '127.0.0.1', port: 8404 }
  t.throws(() => parseModel(modelWith({ pools, stats })), {
    code: 'invalid-model',
    message: /stats/,
  })
  t.equal(parseModel(modelWith({ pools })).pools[1]?.name, 'stats')
})

t.test('a frontend whose pool is unknown is told which there are', async t => {
  const lost = [{ ...frontend, pool: 'nowhere' }]
  t.throws(() => parseModel(modelWith({ frontends: lost })), {
    code: 'invalid-model',
    message: /frontend web sends to pool nowhere: expected one of: app/,
  })
  t.throws(() => parseModel(modelWith({ frontends: lost, pools: [] })), {
    message: /there is none/,
  })
})

t.test('two of one address, and two listeners at one, are refused', async t => {
  const server = { name: 's1', address: '10.0.0.1', port: 80 }
  const shared: readonly (readonly [object, RegExp])[] = [
    [
      poolsWith({ servers: [server, { ...server, name: 's2' }] }),
      /servers s1 and s2 of pool app have one address: .*got 10\.0\.0\.1 port 80/,
    ],
    [
      poolsWith({
        servers: [server, { ...server, name: 's2', port: 81 }, { ...server, name: 's3', port: 81 }],
      }),
      /servers s2 and s3 of pool app have one address: .*got 10\.0\.0\.1 port 81/,
    ],
    [
      poolsWith({
        servers: [server, { ...server, name: 's2', port: 81 }, { ...server, name: 's3' }],
      }),
      /servers s1 and s3 of pool app/,
    ],
    [
      modelWith({ frontends: [frontend, { ...frontend, name: 'again' }] }),
      /frontends again and web listen on one address: .*got 127\.0\.0\.1:8080/,
    ],
    [modelWith({ stats: { address: '127.0.0.1', port: 8080 } }), /frontends web and stats listen/],
  ]
  for (const [input, message] of shared) {
    t.throws(() => parseModel(input), { code: 'invalid-model', message })
  }
  const ports = [80, 81, 82].map((port, i) => ({ ...server, name: `s${i}`, port }))
  t.equal(parseModel(poolsWith({ servers: ports })).pools[0]?.servers.length, 3)
})

t.test('what does not go together is refused', async t => {
  const sticky = { cookie: 'SERVERID', key: '12345678' }
  const routes = [{ host: 'a.example', pool: 'app' }]
  const tcpPool = { ...pool, mode: 'tcp' }
  const faults: readonly (readonly [object, RegExp])[] = [
    [
      modelWith({ pools: [tcpPool] }),
      /frontend web of mode http sends to pool app: .*got mode tcp/,
    ],
    [modelWith({ frontends: [{ ...frontend, mode: 'tcp' }] }), /of mode tcp sends to pool app/],
    [
      modelWith({ pools: [{ ...tcpPool, sticky }], frontends: [{ ...frontend, mode: 'tcp' }] }),
      /pool app is sticky: .*got mode tcp/,
    ],
    [
      modelWith({ pools: [tcpPool], frontends: [{ ...frontend, mode: 'tcp', routes }] }),
      /frontend web has routes: .*got mode tcp/,
    ],
    [modelWith({ frontends: [{ ...frontend, routes: [{ pool: 'x' }] }] }), /sends to pool x/],
    [
      modelWith({
        pools: [tcpPool],
        frontends: [{ ...frontend, mode: 'tcp', routeMap: '/etc/haproxy/r.map' }],
      }),
      /frontend web has routes: .*got mode tcp/,
    ],
    [
      modelWith({
        frontends: ['web', 'more'].map((name, i) => ({
          ...frontend,
          name,
          bind: { address: '127.0.0.1', port: 8081 + i },
          routeMap: '/etc/haproxy/r.map',
        })),
      }),
      /frontends more and web have one routeMap: .*got \/etc\/haproxy\/r\.map/,
    ],
  ]
  for (const [input, message] of faults) {
    t.throws(() => parseModel(input), { code: 'invalid-model', message })
  }
})
