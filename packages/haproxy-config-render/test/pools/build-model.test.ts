import t from 'tap'
import type { PoolMember } from '../../src/pools/server-from-member.js'
import { readCases } from '../cases.js'
import { member, modelOf, serversOf, web } from './web-members.js'

const names = (members: Iterable<PoolMember>, policy = web) =>
  serversOf(members, policy).map(({ name }) => name)

/** A web member of an application. */
const tagged = (name: string, app: string) => member(name, { tags: { role: 'web', app } })

t.test('each case with members gives its model, and leaves out the right members', async t => {
  const cases = readCases().flatMap(({ name, model, fromMembers }) =>
    fromMembers ? [{ name, model, ...fromMembers }] : [],
  )
  t.ok(cases.length >= 10)
  for (const { name, model, made, quarantined } of cases) {
    t.strictSame(JSON.parse(JSON.stringify(made.model)), model, name)
    t.strictSame(made.quarantined, quarantined, name)
  }
})

t.test('a member becomes a server of the pool whose tags it carries', async t => {
  const members = [
    member('s1', { tags: { role: 'web', zone: 'a' } }),
    member('db', { address: '10.9.0.9', tags: { role: 'db' } }),
    member('s2', { address: 'fd00::2' }),
    member('none', { tags: {} }),
  ]
  const { model, quarantined } = modelOf(members, [
    { ...web, balance: 'random', healthCheck: '/health' },
    { name: 'db', tags: { role: 'db' }, mode: 'tcp', port: 5432 },
  ])
  t.match(model.pools, [
    { name: 'app', balance: 'random', healthCheck: '/health', mode: 'http' },
    { name: 'db', balance: 'roundrobin', mode: 'tcp' },
  ])
  t.strictSame(
    model.pools.map(pool => pool.servers.map(({ name, port }) => `${name}:${port}`)),
    [['s1:80', 's2:80'], ['db:5432']],
  )
  t.strictSame(quarantined, [])
})

t.test('every condition of a policy counts', async t => {
  const policy = { ...web, tags: { zone: 'a' }, match: { v: '2\\..*' }, names: 's.*' }
  const tags = { role: 'web', zone: 'a', v: '2.1' }
  const members = [
    member('s1', { tags: { ...tags, more: 'x' } }),
    member('s2', { tags: { ...tags, role: 'db' } }),
    member('s3', { tags: { ...tags, zone: 'A' } }),
    member('s4', { tags: { ...tags, zone: 'a ' } }),
    member('s5', { tags: { ...tags, v: 'x2.1' } }),
    member('s6', { tags: { ...tags, v: '2.1\n' } }),
    member('s7', { tags: { ...tags, v: '2.'.padEnd(10_000_000, '1') } }),
    member('x8', { tags }),
  ]
  t.strictSame(names(members, policy), ['s1'])
})

t.test('a policy without conditions selects every member', async t => {
  const { name, port } = web
  t.strictSame(names([member('s1'), member('s2', { tags: {} })], { name, port }), ['s1', 's2'])
})

t.test('a tag has to be the member’s own', async t => {
  const inherited: Record<string, string> = Object.create({ role: 'web' })
  t.strictSame(names([member('s1', { tags: inherited })]), [])
  t.strictSame(names([member('s1')], { ...web, role: 'x', tags: { constructor: 'y' } }), [])
})

t.test('a member may be in two pools, and members are read once from any iterable', async t => {
  const once = new Map([['s1', member('s1')]]).values()
  const { model } = modelOf(once, [web, { ...web, name: 'again', port: 81 }])
  t.strictSame(
    model.pools.map(pool => pool.servers.map(({ port }) => port)),
    [[81], [80]],
  )
})

t.test('no members make an empty pool', async t => {
  t.strictSame(names([]), [])
  t.strictSame(modelOf([member('s1')], []).model.pools, [])
})

t.test(
  'a hostile member is quarantined once in each pool, and not where it does not belong',
  async t => {
    const policies = [web, { ...web, name: 'again' }, { ...web, name: 'db', role: 'db' }]
    t.strictSame(
      modelOf([member('a b')], policies).quarantined.map(({ pool }) => pool),
      ['again', 'app'],
    )
  },
)

t.test('of two with one address, one that stays wins, then one that serves', async t => {
  const address = '10.7.0.1'
  const [a, b] = [member('a', { address }), member('b', { address })]
  const taken = (members: PoolMember[], incumbents: string[] = []) => {
    const { model, quarantined } = modelOf(members, [web], { incumbents: new Set(incumbents) })
    t.match(quarantined, [{ code: 'duplicate', reason: /10\.7\.0\.1:80 is already that of/ }])
    return model.pools[0]?.servers.map(({ name }) => name).join()
  }
  t.equal(taken([b, a]), 'a')
  t.equal(taken([a, b], ['b']), 'b')
  t.equal(taken([{ ...a, draining: true }, b], ['a']), 'b')
  t.match(modelOf([a, { ...a, address: '10.7.0.2' }], [web]).quarantined, [
    { code: 'duplicate', reason: /name is there twice/ },
  ])
})

t.test('one address in two notations is a duplicate', async t => {
  const addresses = ['2001:DB8::12', '2001:db8::12', '2001:db8:0:0::12', '10.7.0.1', '::ffff:a07:1']
  const members = addresses.map((address, i) => member(`s${i}`, { address }))
  const { model, quarantined } = modelOf(members, [web])
  t.strictSame(
    model.pools[0]?.servers.map(({ address }) => address),
    ['2001:db8::12', '10.7.0.1'],
  )
  t.match(quarantined, [
    { member: 's1', code: 'duplicate', reason: /2001:db8::12:80 is already that of s0/ },
    { member: 's2', code: 'duplicate' },
    { member: 's4', code: 'duplicate', reason: /10\.7\.0\.1:80 is already that of s3/ },
  ])
})

t.test('a network holds for each notation of an address', async t => {
  const policy = { ...web, networks: ['10.0.0.0/8', '2001:DB8:0::/48', '::ffff:192.0.2.0/120'] }
  const inside = ['::ffff:10.0.0.1', '2001:db8::1', '192.0.2.7', '::ffff:c000:208']
  const outside = ['11.0.0.1', '2001:db8:1::1', '192.0.3.1']
  const members = [...inside, ...outside].map((address, i) => member(`s${i}`, { address }))
  t.strictSame(names(members, policy), ['s0', 's1', 's2', 's3'])
})

t.test('a full pool keeps who serves already', async t => {
  const policy = { ...web, maxServers: 2 }
  const flood = Array.from({ length: 20 }, (_, i) => member(`0${i}`))
  const members = [...flood, member('s1'), member('s2')]
  const { model, quarantined } = modelOf(members, [policy], { incumbents: new Set(['s1', 's2']) })
  t.strictSame(
    model.pools[0]?.servers.map(({ name }) => name),
    ['s1', 's2'],
  )
  t.equal(quarantined.length, 20)
  t.match(quarantined[0], { code: 'full', reason: 'the pool is full: maxServers is 2' })
})

t.test('a member of two pools comes first only in the pool that it serves in', async t => {
  const policies = [
    { ...web, maxServers: 1 },
    { ...web, name: 'api', maxServers: 1 },
  ]
  const incumbents = new Map([
    ['a', ['api']],
    ['b', ['app']],
  ])
  const { model } = modelOf([member('a'), member('b')], policies, { incumbents })
  t.strictSame(
    model.pools.map(({ name, servers }) => [name, servers.map(server => server.name)]),
    [
      ['api', ['a']],
      ['app', ['b']],
    ],
  )
})

t.test(
  'a pool for each value of a tag cannot take the name of another, nor be endless',
  async t => {
    const policies = [
      { ...web, perTag: 'app', maxPools: 2 },
      { ...web, name: 'app-x', role: 'none' },
      { ...web, name: 'app-y', perTag: 'app', role: 'other' },
    ]
    const members = [
      tagged('s1', 'a'),
      tagged('s2', 'x'),
      tagged('s3', 'b'),
      tagged('s4', 'c'),
      tagged('s5', 'two words'),
      tagged('s6', 'x'.repeat(10_000_000)),
      member('s7', { tags: { role: 'other', app: 'y' } }),
    ]
    const { model, quarantined } = modelOf(members, policies)
    t.strictSame(
      model.pools.map(({ name }) => name),
      ['app-a', 'app-b', 'app-x', 'app-y-y'],
    )
    t.strictSame(quarantined.map(one => `${one.member} ${one.code}`).toSorted(), [
      's2 duplicate',
      's4 full',
      's5 tag',
      's6 tag',
    ])
  },
)
