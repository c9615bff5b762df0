import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import t from 'tap'
import { changedKeys, VersionedMap } from 'versioned-map'
import { buildModel } from '../../src/pools/build-model.js'
import { createModelBuilder } from '../../src/pools/model-builder.js'
import type { ProxyModel } from '../../src/model/proxy-model.js'
import type { PoolPolicy, ProxyPolicy } from '../../src/pools/pool-policy.js'
import type { PoolMember } from '../../src/pools/server-from-member.js'
import { member as newMember, web } from './web-members.js'

const proxy = (pools: readonly PoolPolicy[]): ProxyPolicy => ({
  runtimeSocket: '/run/x.sock',
  frontends: [
    { name: 'web', bind: '0.0.0.0:80', routes: [{ host: 'own.example.org', pool: 'app' }] },
  ],
  pools,
})

// Few values, so that they meet.
const few = (...values: readonly string[]) => fc.constantFrom(...values)
const mostly = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 5 })

const tags = fc.record(
  {
    role: few('web', 'web', 'db'),
    app: few('x', 'y', 'z', 'two words', ''),
    port: few('80', '81', 'none'),
    weight: few('1', '50', '300'),
    new: few('true', 'no'),
    host: few('a.example.org', 'own.example.org', 'b.example.org', 'other.net'),
    v: few('1', '2', 'line\nbreak'),
    zone: few('a', 'b'),
  },
  { requiredKeys: ['role'] },
)

const member = (name: string): fc.Arbitrary<PoolMember> =>
  fc.record(
    {
      name: fc.constant(name),
      address: few(
        '10.0.0.1',
        '::ffff:10.0.0.1',
        '10.0.0.2',
        '10.1.0.3',
        '127.0.0.1',
        'fd00::4',
        'x',
      ),
      tags,
      draining: fc.boolean(),
      balancerAddress: few('10.0.0.9'),
    },
    { requiredKeys: ['name', 'address', 'tags'] },
  )

/** Fields of a policy, of which each has a few. */
const fields: readonly fc.Arbitrary<Partial<PoolPolicy>>[] = [
  fc.constantFrom(
    { role: 'web' },
    { tags: { zone: 'a' } },
    { match: { v: '[12]' } },
    { names: '[a-e]' },
    { networks: ['10.0.0.0/16', 'fd00::/8'] },
  ),
  fc.constantFrom<Partial<PoolPolicy>>(
    { weight: { tag: 'weight', default: 10 } },
    { backup: { tag: 'new' } },
    { zone: { tag: 'zone', own: 'a' } },
    { printTags: ['v'] },
    { port: { tag: 'port', default: 80 } },
  ),
  fc.integer({ min: 1, max: 4 }).map(maxServers => ({ maxServers })),
  fc.integer({ min: 1, max: 3 }).map(maxPools => ({ perTag: 'app', maxPools })),
  fc.constantFrom<Partial<PoolPolicy>>(
    { server: { maxconn: { tag: 'weight', default: 7 } } },
    { server: { maxconn: { tag: 'weight' }, cookie: 'name', ssl: true } },
    { server: { proto: { tag: 'v' }, inter: '1s' } },
  ),
  fc.constantFrom({ maxChecksPerSecond: 2 }, { maxChecksPerSecond: 8 }),
  fc.constant({ canary: { tag: 'new', percent: 20 } }),
  fc.constant({ route: { frontend: 'web', hostTag: 'host', hosts: ['*.example.org'] } }),
]

const pool = fc
  .subarray([...fields], { maxLength: 4 })
  .chain(some => fc.tuple(...some))
  .map(some => ({ port: 80, ...Object.assign({}, ...some) }) as Omit<PoolPolicy, 'name'>)

const policies = fc.tuple(pool, pool, pool).map(([app, other, third]) => {
  const { perTag: _, ...one } = app
  return proxy([
    { ...one, name: 'app' },
    { ...other, name: 'other' },
    { ...third, name: 'app-x' },
    { name: 'other-x', port: 80, perTag: 'zone' },
  ])
})

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'a b']

const change = few(...names).chain(name => fc.tuple(fc.constant(name), mostly(member(name))))
const incumbents = fc.dictionary(few(...names), fc.subarray(['app', 'other', 'other-y', 'app-x-x']))

const history = fc.array(
  fc.record({
    changes: fc.array(change, { maxLength: 9 }),
    incumbents,
    /** The members come as another map, or as an older version. */
    from: fc.constantFrom('next', 'copy', 'first'),
  }),
  { minLength: 1, maxLength: 8 },
)

t.test('after any history the model is that of the members alone', async () => {
  fc.assert(
    fc.property(policies, history, (policy, steps) => {
      const builder = createModelBuilder(policy)
      const first = VersionedMap.of<string, PoolMember>([])
      let members = first
      let before: ProxyModel | undefined
      for (const { changes, incumbents: serving, from } of steps) {
        if (from === 'first') members = first
        members = members.with(changes)
        const given = from === 'copy' ? new Map(members) : members
        const known = new Map(Object.entries(serving))
        const made = builder.build(given, known)
        const whole = buildModel(members.values(), policy, { incumbents: known, before })
        before = whole.model
        assert.deepEqual(made.model, whole.model)
        assert.deepEqual(made.quarantined, whole.quarantined)
      }
    }),
    { numRuns: 200 },
  )
})

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
    return [`s${i}`, newMember(`s${i}`, { address })] as const
  })

const two = proxy([
  { ...web, networks: ['10.0.0.0/8'] },
  { name: 'db', role: 'db', port: 1 },
])
const none = new Map<string, readonly string[]>()

t.test('everything that did not change is the same object', async t => {
  const builder = createModelBuilder(two)
  const db = newMember('db1', { tags: { role: 'db' } })
  const bad = newMember('a b')
  const members = VersionedMap.of([...many(20), ['db1', db], ['a b', bad]] as const)
  const before = builder.build(members, none)
  t.equal(builder.build(new Map(members), none).model, before.model)
  const after = builder.build(members.with([['s3', undefined]]), none)
  t.equal(after.quarantined, before.quarantined)
  t.equal(after.model.frontends, before.model.frontends)
  t.equal(after.model.pools[1], before.model.pools[1])
  const [app] = after.model.pools
  t.equal(app?.servers.length, 19)
  t.strictSame([...changedKeys(byName(before), byName(after))], ['s3'])
  t.ok(Object.isFrozen(after.model) && Object.isFrozen(app) && Object.isFrozen(app?.servers))
})

type Built = ReturnType<ReturnType<typeof createModelBuilder>['build']>

function byName({ model }: Built) {
  return new Map(model.pools[0]?.servers.map(server => [server.name, server]))
}

t.test('a change reads the changed members only, however many there are', async t => {
  for (const count of [10, 2000]) {
    const read = new Set<string>()
    const seen = (one: PoolMember): PoolMember => ({
      ...one,
      get address() {
        read.add(one.name)
        return one.address
      },
    })
    const members = VersionedMap.of(many(count).map(([name, one]) => [name, seen(one)] as const))
    const builder = createModelBuilder(two)
    builder.build(members, none)
    read.clear()
    builder.build(members.with([['s7', seen(newMember('s7'))]]), none)
    t.strictSame([...read], ['s7'], `${count} members`)
  }
})

t.test('a waiting member gets the address that becomes free', async t => {
  const builder = createModelBuilder(two)
  const address = '10.0.0.1'
  const members = VersionedMap.of(
    ['a', 'b'].map(name => [name, newMember(name, { address })] as const),
  )
  const servers = (given: typeof members, serving = none) =>
    builder.build(given, serving).model.pools[0]?.servers.map(({ name }) => name)
  t.strictSame(servers(members), ['a'])
  t.strictSame(servers(members, new Map([['b', ['app']]])), ['b'])
  t.strictSame(servers(members.with([['b', undefined]])), ['a'])
})

t.test('a policy that contradicts itself is refused at each build', async t => {
  const builder = createModelBuilder(proxy([{ ...web, name: 'api' }]))
  const refused = { code: 'invalid-model', message: /sends to pool app/ }
  t.throws(() => builder.build(new Map(), none), refused)
  t.throws(() => builder.build(new Map(many(1)), none), refused)
})

const intervalOf = ({ model }: Built) => model.pools[0]?.minCheckIntervalMs

t.test('a builder that replaces another one keeps the intervals of the checks', async t => {
  const policy = proxy([{ ...web, maxChecksPerSecond: 20 }])
  const first = createModelBuilder(policy).build(new Map(many(21)), none)
  t.equal(intervalOf(first), 2000)
  const fewer = new Map(many(10))
  const next = createModelBuilder(policy, { before: first.model }).build(fewer, none)
  t.equal(intervalOf(next), 2000)
  t.equal(intervalOf(createModelBuilder(policy).build(fewer, none)), undefined)
})
