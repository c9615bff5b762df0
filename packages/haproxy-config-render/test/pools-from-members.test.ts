import t from 'tap'
import { defaultTemplate } from '../src/default-template.js'
import { poolsFromMembers, type PoolMember, type PoolPolicy } from '../src/pools-from-members.js'
import { parseModel } from '../src/proxy-model.js'

const web: PoolPolicy = { name: 'app', tags: { role: 'web' }, port: 80 }

function member(name: string, rest: Partial<PoolMember> = {}): PoolMember {
  return { name, address: '10.0.0.1', tags: { role: 'web' }, ...rest }
}

const names = (members: readonly PoolMember[], policy = web) =>
  poolsFromMembers(members, [policy]).pools[0]?.servers.map(({ name }) => name)

void t.test('a member becomes a server of the pool whose tags it carries', async t => {
  const members = [
    member('s1', { tags: { role: 'web', zone: 'a' } }),
    member('db', { address: '10.0.0.9', tags: { role: 'db' } }),
    member('s2', { address: 'fd00::2' }),
    member('none', { tags: {} }),
  ]
  const policies = [
    { ...web, balance: 'random' as const, healthCheck: '/health' },
    { name: 'db', tags: { role: 'db' }, port: 5432 },
  ]
  t.strictSame(poolsFromMembers(members, policies), {
    pools: [
      {
        name: 'app',
        balance: 'random',
        healthCheck: '/health',
        servers: [
          { name: 's1', address: '10.0.0.1', port: 80, weight: 100 },
          { name: 's2', address: 'fd00::2', port: 80, weight: 100 },
        ],
      },
      {
        name: 'db',
        balance: 'roundrobin',
        healthCheck: '/',
        servers: [{ name: 'db', address: '10.0.0.9', port: 5432, weight: 100 }],
      },
    ],
    quarantined: [],
  })
})

void t.test('every tag of the policy counts, with its very value', async t => {
  const policy = { ...web, tags: { role: 'web', zone: 'a' } }
  const members = [
    member('both', { tags: { role: 'web', zone: 'a', more: 'x' } }),
    member('one', { tags: { role: 'web' } }),
    member('case', { tags: { role: 'Web', zone: 'a' } }),
    member('space', { tags: { role: 'web ', zone: 'a' } }),
  ]
  t.strictSame(names(members, policy), ['both'])
})

void t.test('a policy without tags takes everybody', async t => {
  t.strictSame(names([member('s1'), member('s2', { tags: {} })], { ...web, tags: {} }), [
    's1',
    's2',
  ])
})

void t.test('a tag has to be the member’s own', async t => {
  const inherited: Record<string, string> = Object.create({ role: 'web' })
  t.strictSame(names([member('s1', { tags: inherited })]), [])
})

void t.test('a member may be in two pools', async t => {
  const { pools } = poolsFromMembers([member('s1')], [web, { ...web, name: 'again', port: 81 }])
  t.strictSame(
    pools.map(pool => pool.servers.map(({ port }) => port)),
    [[80], [81]],
  )
})

void t.test('a member on its way out is drained', async t => {
  const { pools } = poolsFromMembers(
    [member('s1', { draining: true }), member('s2', { draining: false })],
    [web],
  )
  t.strictSame(
    pools[0]?.servers.map(({ weight }) => weight),
    [0, 100],
  )
})

void t.test('members are read once, from any iterable', async t => {
  const once = new Map([['s1', member('s1')]]).values()
  const { pools } = poolsFromMembers(once, [web, { ...web, name: 'again' }])
  t.strictSame(
    pools.map(({ servers }) => servers.length),
    [1, 1],
  )
})

void t.test('nobody gives an empty pool', async t => {
  t.strictSame(names([]), [])
  t.strictSame(poolsFromMembers([member('s1')], []), { pools: [], quarantined: [] })
})

void t.test(
  'a member that cannot be printed is quarantined, and everybody else rendered',
  async t => {
    const nameWanted = /^its name is ".*", wanted 1 to 64 of the characters/s
    const addressWanted = /^its address is ".*", wanted an IPv4 or IPv6 address without a zone$/s
    const hostile: readonly (readonly [PoolMember, RegExp])[] = [
      [member('s9\n  server evil 10.6.6.6:80'), nameWanted],
      [member('two words'), nameWanted],
      [member('a;b'), nameWanted],
      [member('#'), nameWanted],
      [member('$HOME'), nameWanted],
      [member('x'.repeat(65)), nameWanted],
      [member('x'.repeat(100_000)), nameWanted],
      [member(''), nameWanted],
      [member('Zürich'), nameWanted],
      [member('a\0b'), nameWanted],
      [member('a\r'), nameWanted],
      [member('h1', { address: 'example.org' }), addressWanted],
      [member('h2', { address: '' }), addressWanted],
      [member('h3', { address: '10.0.0.1\n' }), addressWanted],
      [member('h4', { address: '10.0.0.256' }), addressWanted],
      [member('h5', { address: '10.0.0.1:80' }), addressWanted],
      [member('h6', { address: '[::1]' }), addressWanted],
      [member('h7', { address: 'fe80::1%eth0' }), addressWanted],
      [member('h8', { address: '/run/x.sock' }), addressWanted],
    ]
    const good = [member('s1'), member('y'.repeat(64), { address: '::1' })]
    const members = [good[0], ...hostile.map(([bad]) => bad), good[1]].filter(m => m !== undefined)

    const { pools, quarantined } = poolsFromMembers(members, [web])

    t.strictSame(
      pools[0]?.servers.map(({ name }) => name),
      ['s1', 'y'.repeat(64)],
    )
    t.equal(quarantined.length, hostile.length)
    for (const [i, [bad, reason]] of hostile.entries()) {
      t.match(quarantined[i], { member: bad.name, pool: 'app', reason })
      t.ok((quarantined[i]?.reason.length ?? 0) < 300)
      t.notMatch(quarantined[i]?.reason, '\n', 'a reason is one line')
    }
    const model = parseModel({ runtimeSocket: '/run/x.sock', frontends: [], pools })
    t.equal(defaultTemplate.render(model).lines.length, 2)
  },
)

void t.test(
  'a hostile member is quarantined once in each pool, and not where it does not belong',
  async t => {
    const bad = member('a b')
    const policies = [web, { ...web, name: 'again' }, { ...web, name: 'db', tags: { role: 'db' } }]
    t.strictSame(
      poolsFromMembers([bad], policies).quarantined.map(({ pool }) => pool),
      ['app', 'again'],
    )
  },
)
