import t from 'tap'
import { defaultTemplate } from '../src/default-template.js'
import { parseModel } from '../src/proxy-model.js'
import { smallModel } from './cases.js'

const [pool] = smallModel.pools
const [frontend] = smallModel.frontends

/** The model with some of its fields changed. */
const modelWith = (changes: object) => ({ ...smallModel, ...changes })
const poolsWith = (changes: object) => modelWith({ pools: [{ ...pool, ...changes }] })
const serverWith = (changes: object) =>
  poolsWith({ servers: [{ name: 's1', address: '10.0.0.1', port: 80, ...changes }] })

void t.test('what is left out has its default', async t => {
  const model = parseModel({
    runtimeSocket: '/run/haproxy.sock',
    frontends: [],
    pools: [{ name: 'app', servers: [{ name: 's1', address: '10.0.0.1', port: 80 }] }],
  })
  t.strictSame(model, {
    runtimeSocket: '/run/haproxy.sock',
    maxConnections: 1000,
    frontends: [],
    pools: [
      {
        name: 'app',
        balance: 'roundrobin',
        healthCheck: '/',
        servers: [{ name: 's1', address: '10.0.0.1', port: 80, weight: 100 }],
      },
    ],
  })
})

void t.test('a fault names its place, what was found and what was wanted', async t => {
  const faults: readonly (readonly [string, unknown, RegExp])[] = [
    ['no model', null, /the model: .*expected object.*, found null/],
    [
      'no sockets path',
      modelWith({ runtimeSocket: undefined }),
      /runtimeSocket: .*expected string.*found nothing/,
    ],
    [
      'a relative path',
      modelWith({ runtimeSocket: 'run/x' }),
      /runtimeSocket: wanted an absolute path.*"run\/x"/,
    ],
    [
      'a path of two words',
      modelWith({ runtimeSocket: '/a b' }),
      /runtimeSocket: wanted an absolute path.*"\/a b"/,
    ],
    ['no connections', modelWith({ maxConnections: 0 }), /maxConnections: .*>=1, found 0/],
    [
      'half a connection',
      modelWith({ maxConnections: 1.5 }),
      /maxConnections: .*expected int.*found 1\.5/,
    ],
    ['an unknown key', modelWith({ color: 1 }), /the model: Unrecognized key: "color"/],
    [
      'a misspelt key of a pool',
      poolsWith({ ballance: 'random' }),
      /pools\.0: Unrecognized key: "ballance"/,
    ],
    [
      'a pool of two words',
      poolsWith({ name: 'a b' }),
      /pools\.0\.name: wanted 1 to 64 .*found "a b"/,
    ],
    ['a pool without a name', poolsWith({ name: '' }), /pools\.0\.name: wanted 1 to 64 .*found ""/],
    ['65 characters', poolsWith({ name: 'x'.repeat(65) }), /pools\.0\.name: wanted 1 to 64 /],
    [
      'an unknown algorithm',
      poolsWith({ balance: 'fair' }),
      /balance: .*"roundrobin"\|"leastconn"\|"random", found "fair"/,
    ],
    [
      'no path to check',
      poolsWith({ healthCheck: 'health' }),
      /healthCheck: wanted a URL path.*found "health"/,
    ],
    [
      'a check of two words',
      poolsWith({ healthCheck: '/ x' }),
      /healthCheck: wanted a URL path.*found "\/ x"/,
    ],
    [
      'no servers',
      poolsWith({ servers: undefined }),
      /pools\.0\.servers: .*expected array.*found nothing/,
    ],
    [
      'a newline in a name',
      serverWith({ name: 'a\nb' }),
      /servers\.0\.name: wanted 1 to 64 .*found "a\\nb"/,
    ],
    [
      'a newline at the end',
      serverWith({ name: 'a\n' }),
      /servers\.0\.name: wanted 1 to 64 .*found "a\\n"/,
    ],
    [
      'a host name',
      serverWith({ address: 'host' }),
      /servers\.0\.address: wanted an IPv4 or IPv6 address.*found "host"/,
    ],
    [
      'a zone',
      serverWith({ address: 'fe80::1%eth0' }),
      /servers\.0\.address: .*without a zone, found "fe80::1%eth0"/,
    ],
    ['port 0', serverWith({ port: 0 }), /servers\.0\.port: .*>=1, found 0/],
    ['port 65536', serverWith({ port: 65_536 }), /servers\.0\.port: .*<=65535, found 65536/],
    [
      'a port as text',
      serverWith({ port: '80' }),
      /servers\.0\.port: .*expected number.*found "80"/,
    ],
    ['weight 257', serverWith({ weight: 257 }), /servers\.0\.weight: .*<=256, found 257/],
    ['a weight below 0', serverWith({ weight: -1 }), /servers\.0\.weight: .*>=0, found -1/],
    [
      'a bind without a port',
      modelWith({ stats: { address: '::1' } }),
      /stats\.port: .*expected number/,
    ],
  ]
  for (const [what, input, message] of faults) {
    t.throws(() => parseModel(input), { name: 'RenderError', code: 'invalid-model', message }, what)
  }
})

void t.test('all faults are told at once', async t => {
  const faulty = modelWith({ maxConnections: 0, runtimeSocket: 1 })
  t.throws(() => parseModel(faulty), { message: /runtimeSocket: .*; maxConnections: / })
})

void t.test('a long value is told in part', async t => {
  const error = t.throws(() => parseModel(serverWith({ name: 'x'.repeat(10_000) })))
  t.ok(error instanceof Error && error.message.length < 500)
})

void t.test('two entries of one name are refused', async t => {
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

void t.test('a frontend and a pool may have one name', async t => {
  const model = parseModel(modelWith({ frontends: [{ ...frontend, name: 'app' }] }))
  t.equal(model.frontends[0]?.name, model.pools[0]?.name)
})

void t.test('the name of the statistics page is taken where there is one', async t => {
  const pools = [pool, { name: 'stats', servers: [] }]
  const stats = { address: '127.0.0.1', port: 8404 }
  t.throws(() => parseModel(modelWith({ pools, stats })), {
    code: 'invalid-model',
    message: /stats/,
  })
  t.equal(parseModel(modelWith({ pools })).pools[1]?.name, 'stats')
})

void t.test('a frontend whose pool is unknown is told which there are', async t => {
  const lost = [{ ...frontend, pool: 'nowhere' }]
  t.throws(() => parseModel(modelWith({ frontends: lost })), {
    code: 'invalid-model',
    message: /frontend web sends to pool nowhere, wanted one of: app/,
  })
  t.throws(() => parseModel(modelWith({ frontends: lost, pools: [] })), {
    message: /there is none/,
  })
})

void t.test('a model comes into one order, by code unit', async t => {
  const servers = ['s10', 's2', 'S3', 's1', 'ab', 'a_b', 'a-b'].map(name => ({
    name,
    address: '10.0.0.1',
    port: 80,
  }))
  t.strictSame(
    parseModel(poolsWith({ servers })).pools[0]?.servers.map(({ name }) => name),
    ['S3', 'a-b', 'a_b', 'ab', 's1', 's10', 's2'],
  )
})

void t.test('the same members in another order give the same bytes', async t => {
  const random = seeded(20_240_607)
  for (let round = 0; round < 50; round++) {
    const servers = Array.from({ length: Math.floor(random() * 12) }, (_, i) => ({
      name: `s${i}`,
      address: `10.0.0.${i + 1}`,
      port: 1 + Math.floor(random() * 65_535),
      weight: Math.floor(random() * 257),
    }))
    const pools = ['app', 'api', 'b', 'B'].map(name => ({ ...pool, name, servers }))
    const frontends = ['web', 'Web', 'w'].map(name => ({ ...frontend, name }))
    const render = (model: object) => defaultTemplate.render(parseModel(modelWith(model)))
    const shuffled = {
      frontends: shuffle(frontends, random),
      pools: shuffle(pools, random).map(p => ({ ...p, servers: shuffle(p.servers, random) })),
    }
    t.strictSame(render(shuffled), render({ frontends, pools }))
  }
})

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map(item => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
