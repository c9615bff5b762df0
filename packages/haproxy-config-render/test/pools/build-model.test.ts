import t from 'tap'
import { canaryWeights } from '../src/pools/canary-weights.js'
import { defaultTemplate } from '../src/template/default-template.js'
import { buildModel } from '../src/pools/build-model.js'
import type { PoolPolicy } from '../src/pools/pool-policy.js'
import type { PoolMember } from '../src/pools/server-from-member.js'
import { readCases } from './cases.js'

const web: PoolPolicy = { name: 'app', role: 'web', port: 80 }
const frontend = { name: 'web', bind: { address: '0.0.0.0', port: 80 } }

/** Numbers the members of a test, so that no two have one address. */
let last = 0
function member(name: string, rest: Partial<PoolMember> = {}): PoolMember {
  last = (last + 1) % 250
  return { name, address: `10.0.0.${last + 1}`, tags: { role: 'web' }, ...rest }
}

function modelOf(
  members: Iterable<PoolMember>,
  pools: readonly PoolPolicy[],
  options: { incumbents?: ReadonlySet<string> } = {},
) {
  const policy = { runtimeSocket: '/run/x.sock', frontends: [frontend], pools }
  return buildModel(members, policy, options)
}

/** A member that asks for a host. */
const at = (name: string, role: string, host: string) => member(name, { tags: { role, host } })

const serversOf = (members: Iterable<PoolMember>, policy = web) =>
  modelOf(members, [policy]).model.pools[0]?.servers ?? []

const names = (members: Iterable<PoolMember>, policy = web) =>
  serversOf(members, policy).map(({ name }) => name)

t.test('each case with members gives its model, and leaves out whom it should', async t => {
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

t.test('a policy without conditions takes everybody', async t => {
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

t.test('a member on its way out is drained, whatever its tags say', async t => {
  const policy = { ...web, weight: { tag: 'w', default: 7 } }
  const members = [
    member('s1', { draining: true, tags: { role: 'web', w: '9' } }),
    member('s2', { draining: false }),
  ]
  t.strictSame(
    serversOf(members, policy).map(({ weight }) => weight),
    [0, 7],
  )
})

t.test('nobody gives an empty pool', async t => {
  t.strictSame(names([]), [])
  t.strictSame(modelOf([member('s1')], []).model.pools, [])
})

t.test('a member that cannot be printed is quarantined, and everybody else rendered', async t => {
  const hostile: readonly (readonly [PoolMember, string])[] = [
    ...['s9\n  server evil 10.6.6.6:80', 'two words', 'a;b', '#', '$HOME', '-f', '', 'Zürich'].map(
      name => [member(name), 'name'] as const,
    ),
    ...['a\0b', 'a\r', 'x'.repeat(65), 'x'.repeat(10_000_000)].map(
      name => [member(name), 'name'] as const,
    ),
    ...['example.org', '', '10.0.0.1\n', '10.0.0.256', '10.0.0.1:80', '[::1]', 'fe80::1%eth0'].map(
      (address, i) => [member(`h${i}`, { address }), 'address'] as const,
    ),
    ...['x', '', '-1', '1e3', '99999', '0x50', '80 backup', '8'.repeat(10_000_000)].map(
      (port, i) => [member(`p${i}`, { tags: { role: 'web', port } }), 'port'] as const,
    ),
    ...['a\nb', 'a\0', 'x'.repeat(257), 'x'.repeat(10_000_000)].map(
      (zone, i) => [member(`z${i}`, { tags: { role: 'web', zone } }), 'tag'] as const,
    ),
  ]
  const good = [member('s1'), member('y'.repeat(64), { address: '::1' })]
  const members = [...hostile.map(([bad]) => bad), ...good]
  const policy = { ...web, port: { tag: 'port', default: 80 }, printTags: ['zone'] }

  const { model, quarantined } = modelOf(members, [policy])

  t.strictSame(
    model.pools[0]?.servers.map(({ name }) => name),
    ['s1', 'y'.repeat(64)],
  )
  t.equal(quarantined.length, hostile.length)
  for (const [bad, code] of hostile) {
    const found = quarantined.find(one => one.member === bad.name)
    t.match(found, { pool: 'app', code }, bad.name.slice(0, 50))
    t.ok((found?.reason.length ?? 1000) < 300)
    t.notMatch(found?.reason, '\n', 'a reason is one line')
  }
  t.equal(defaultTemplate.render(model).lines.length, 2)
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

t.test('of two with one address who stays, and then who serves already, is taken', async t => {
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
  t.match(quarantined[0], { code: 'full', reason: /has its 2 servers already/ })
})

t.test(
  'a pool for each value of a tag cannot take the name of another, nor be endless',
  async t => {
    const tagged = (name: string, app: string) => member(name, { tags: { role: 'web', app } })
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

t.test('the first of a route has it, and a route of the policy is nobody else’s', async t => {
  const route = { frontend: 'web', hostTag: 'host', hosts: ['*.example.org', 'a.example'] }
  const policies = [
    { ...web, route },
    { ...web, name: 'api', role: 'api', route },
  ]
  const routesOf = (members: PoolMember[], incumbents: string[] = []) => {
    const { model, quarantined } = modelOf(members, policies, { incumbents: new Set(incumbents) })
    return [
      model.frontends[0]?.routes.map(({ host, pool }) => `${host}=${pool}`).join(),
      quarantined.map(one => one.member).join(),
    ]
  }
  t.strictSame(
    routesOf([
      at('s1', 'web', 'A.example'),
      at('s2', 'web', 'a.example'),
      at('s3', 'api', 'a.example'),
      at('s4', 'api', 'example.org'),
      at('s5', 'api', 'x.example.org'),
      at('s6', 'api', '*.x.example.org'),
      at('s7', 'api', 'a b.example.org'),
    ]),
    ['x.example.org=api,a.example=app,*.x.example.org=api', 's3,s4,s7'],
  )
})

t.test('canaries get their share together, whatever the weights', async t => {
  const shares: readonly (readonly [number, readonly [number, boolean][]])[] = [
    [
      5,
      [
        [100, false],
        [100, false],
        [100, true],
      ],
    ],
    [
      50,
      [
        [1, false],
        [256, true],
      ],
    ],
    [
      10,
      [
        ...Array.from({ length: 40 }, (): [number, boolean] => [100, false]),
        [50, true],
        [50, true],
      ],
    ],
    [1, [...Array.from({ length: 9 }, (): [number, boolean] => [10, false]), [10, true]]],
  ]
  for (const [percent, kinds] of shares) {
    const servers = kinds.map(([weight, isCanary]) => ({ weight, isCanary }))
    const weights = canaryWeights(servers, percent)
    const sum = (of: (i: number) => boolean) =>
      weights.reduce((all, w, i) => all + (of(i) ? w : 0), 0)
    const share = (100 * sum(i => servers[i]?.isCanary === true)) / sum(() => true)
    t.ok(Math.abs(share - percent) < percent * 0.1, `${share} of ${percent}`)
    t.ok(weights.every(weight => Number.isInteger(weight) && weight >= 1 && weight <= 256))
  }
  const drained = [
    { weight: 0, isCanary: false },
    { weight: 9, isCanary: false },
  ]
  t.strictSame(canaryWeights(drained, 5), [0, 9], 'without canaries nothing changes')
  t.strictSame(canaryWeights([...drained, { weight: 1, isCanary: true }], 50), [0, 256, 256])
})

t.test('a wrong policy is told where it is wrong', async t => {
  const faults: readonly (readonly [object, RegExp])[] = [
    [{ port: 0 }, /pools\.0\.port: Too small: expected number to be >=1, got 0/],
    [{ port: 'http' }, /pools\.0\.port: expected a number from 1 to 65535, or \{ tag/],
    [{ match: { v: '(' } }, /pools\.0\.match\.v: expected a regular expression, got "\("/],
    [{ networks: ['10.0.0.0'] }, /networks\.0: expected a network such as .*got "10\.0\.0\.0"/],
    [{ canary: { tag: 'c', percent: 100 } }, /canary\.percent/],
    [
      { route: { frontend: 'nope' } },
      /route\.frontend: expected the name of a frontend, got "nope"/,
    ],
    [{ roles: 'web' }, /Unrecognized key: "roles"/],
  ]
  for (const [changes, message] of faults) {
    t.throws(() => modelOf([], [{ ...web, ...changes }]), { code: 'invalid-policy', message })
  }
  t.throws(() => modelOf([], [web, web]), {
    message: /pools\.1\.name: expected a name that no other/,
  })
  t.throws(() => modelOf([], [{ ...web, sticky: { cookie: 'A', key: '12345678' }, mode: 'tcp' }]), {
    code: 'invalid-model',
  })
})
