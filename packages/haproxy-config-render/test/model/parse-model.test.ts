import * as fc from 'fast-check'
import t from 'tap'
import { defaultTemplate } from '../../src/template/default-template.js'
import { hostAddress } from '../../src/model/host-address.js'
import { parseModel } from '../../src/model/parse-model.js'
import { smallModel } from '../cases.js'
import { modelWith, poolsWith } from './changed-model.js'

const serverWith = (changes: object) =>
  poolsWith({ servers: [{ name: 's1', address: '10.0.0.1', port: 80, ...changes }] })

const render = (pools: readonly object[]) =>
  defaultTemplate.render(parseModel(modelWith({ frontends: [], pools })))

t.test('what is left out has its default', async t => {
  const model = parseModel({
    runtimeSocket: '/run/haproxy.sock',
    frontends: [],
    pools: [{ name: 'app', servers: [{ name: 's1', address: '10.0.0.1', port: 80 }] }],
  })
  t.strictSame(JSON.parse(JSON.stringify(model)), {
    runtimeSocket: '/run/haproxy.sock',
    runtimeSocketMode: '600',
    maxConnections: 1000,
    values: {},
    frontends: [],
    pools: [
      {
        name: 'app',
        mode: 'http',
        balance: 'roundrobin',
        healthCheck: '/',
        servers: [
          {
            name: 's1',
            address: '10.0.0.1',
            port: 80,
            weight: 100,
            backup: false,
            slowStartMs: 0,
            options: '',
            tags: {},
          },
        ],
      },
    ],
  })
})

t.test('a fault names its place, what was found and what was wanted', async t => {
  const faults: readonly (readonly [string, unknown, RegExp])[] = [
    ['no model', null, /the model: .*expected object.*, got null/],
    [
      'no sockets path',
      modelWith({ runtimeSocket: undefined }),
      /runtimeSocket: .*expected string.*got nothing/,
    ],
    [
      'a relative path',
      modelWith({ runtimeSocket: 'run/x' }),
      /runtimeSocket: expected an absolute path.*"run\/x"/,
    ],
    [
      'a path of two words',
      modelWith({ runtimeSocket: '/a b' }),
      /runtimeSocket: expected an absolute path.*"\/a b"/,
    ],
    ['no connections', modelWith({ maxConnections: 0 }), /maxConnections: .*>=1, got 0/],
    [
      'half a connection',
      modelWith({ maxConnections: 1.5 }),
      /maxConnections: .*expected int.*got 1\.5/,
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
      /pools\.0\.name: expected 1 to 64 .*got "a b"/,
    ],
    ['a pool without a name', poolsWith({ name: '' }), /pools\.0\.name: expected 1 to 64 .*got ""/],
    ['65 characters', poolsWith({ name: 'x'.repeat(65) }), /pools\.0\.name: expected 1 to 64 /],
    [
      'an unknown algorithm',
      poolsWith({ balance: 'fair' }),
      /balance: .*"roundrobin"\|"leastconn"\|"random", got "fair"/,
    ],
    [
      'no path to check',
      poolsWith({ healthCheck: 'health' }),
      /healthCheck: expected a URL path.*got "health"/,
    ],
    [
      'a check of two words',
      poolsWith({ healthCheck: '/ x' }),
      /healthCheck: expected a URL path.*got "\/ x"/,
    ],
    [
      'no servers',
      poolsWith({ servers: undefined }),
      /pools\.0\.servers: .*expected array.*got nothing/,
    ],
    [
      'a newline in a name',
      serverWith({ name: 'a\nb' }),
      /servers\.0\.name: expected 1 to 64 .*got "a\\nb"/,
    ],
    [
      'a newline at the end',
      serverWith({ name: 'a\n' }),
      /servers\.0\.name: expected 1 to 64 .*got "a\\n"/,
    ],
    [
      'a host name',
      serverWith({ address: 'host' }),
      /servers\.0\.address: expected an IPv4 or IPv6 address.*got "host"/,
    ],
    [
      'a zone',
      serverWith({ address: 'fe80::1%eth0' }),
      /servers\.0\.address: .*without a zone, got "fe80::1%eth0"/,
    ],
    ['port 0', serverWith({ port: 0 }), /servers\.0\.port: .*>=1, got 0/],
    ['port 65536', serverWith({ port: 65_536 }), /servers\.0\.port: .*<=65535, got 65536/],
    ['a port as text', serverWith({ port: '80' }), /servers\.0\.port: .*expected number.*got "80"/],
    ['weight 257', serverWith({ weight: 257 }), /servers\.0\.weight: .*<=256, got 257/],
    ['a weight below 0', serverWith({ weight: -1 }), /servers\.0\.weight: .*>=0, got -1/],
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

t.test('all faults are told at once', async t => {
  const faulty = modelWith({ maxConnections: 0, runtimeSocket: 1 })
  t.throws(() => parseModel(faulty), { message: /runtimeSocket: .*; maxConnections: / })
})

t.test('a long value is told in part', async t => {
  const error = t.throws(() => parseModel(serverWith({ name: 'x'.repeat(10_000) })))
  t.ok(error instanceof Error && error.message.length < 500)
})

t.test('a model comes into one order, by code unit', async t => {
  const servers = ['s10', 's2', 'S3', 's1', 'ab', 'a_b', 'a-b'].map((name, i) => ({
    name,
    address: '10.0.0.1',
    port: 80 + i,
  }))
  t.strictSame(
    parseModel(poolsWith({ servers })).pools[0]?.servers.map(({ name }) => name),
    ['S3', 'a-b', 'a_b', 'ab', 's1', 's10', 's2'],
  )
})

t.test('a tag of 10 MB and a million faults are told in a few lines', async t => {
  const tags = { note: 'x'.repeat(10_000_000) }
  const servers = Array.from({ length: 10_000 }, () => ({ name: 'a b', tags }))
  const error = t.throws(() => parseModel(poolsWith({ servers })))
  t.ok(error instanceof Error && error.message.length < 4000, String(error).length.toString())
  t.match(error, { code: 'invalid-model', message: /and \d+ more$/ })
})

t.test('what was checked is taken as it is, and cannot be changed', async t => {
  const model = parseModel(smallModel)
  t.equal(parseModel(model), model)
  const [first] = model.pools
  const [server] = first?.servers ?? []
  t.equal(parseModel({ ...model }).pools[0]?.servers[0], server)
  t.throws(() => Object.assign(server ?? {}, { name: 'x\n' }), TypeError)
  t.throws(() => Object.assign(server?.tags ?? {}, { a: 'x\n' }), TypeError)
  t.throws(() => Object.assign(model, { pools: [] }), TypeError)
  // What only looks like a checked server is checked.
  const forged = Object.assign(Object.create(Object.getPrototypeOf(server) as object), server)
  t.throws(() => parseModel(poolsWith({ servers: [{ ...forged, name: 'a\nb' }] })))
})

const serverArbitrary = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9_.:][A-Za-z0-9_.:-]{0,9}$/),
  address: fc.oneof(fc.ipV4(), fc.ipV6()).filter(address => hostAddress(address) !== undefined),
  port: fc.integer({ min: 1, max: 65_535 }),
  weight: fc.integer({ min: 0, max: 256 }),
  backup: fc.boolean(),
})
const serversArbitrary = fc
  .uniqueArray(serverArbitrary, { selector: ({ name }) => name, maxLength: 12 })
  .filter(
    servers =>
      new Set(servers.map(({ address, port }) => `${hostAddress(address)} ${port}`)).size ===
      servers.length,
  )
const poolsArbitrary = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('app', 'api', 'b', 'B', 'a-b', 'a_b'),
    servers: serversArbitrary,
  }),
  { selector: ({ name }) => name, maxLength: 5 },
)

t.test('the same members in another order give the same bytes', async t => {
  const shuffled = poolsArbitrary.chain(pools =>
    fc.record({
      pools: fc.constant(pools),
      other: fc
        .tuple(
          fc.shuffledSubarray(pools, { minLength: pools.length }),
          fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        )
        .map(([list, keys]) => list.map(one => ({ ...one, servers: byKey(one.servers, keys) }))),
    }),
  )
  fc.assert(
    fc.property(shuffled, ({ pools, other }) => {
      t.strictSame(render(other), render(pools))
    }),
    { numRuns: 200 },
  )
})

t.test('a checked model checked again, also as JSON, is the same model', async t => {
  fc.assert(
    fc.property(poolsArbitrary, pools => {
      const model = parseModel(modelWith({ frontends: [], pools }))
      const again = parseModel(JSON.parse(JSON.stringify(model)))
      t.strictSame(defaultTemplate.render(again), defaultTemplate.render(model))
    }),
    { numRuns: 100 },
  )
})

function byKey<T>(items: readonly T[], keys: Iterator<number>): T[] {
  return items
    .map(item => ({ item, key: Number(keys.next().value) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
