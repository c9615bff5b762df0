import t from 'tap'
import { buildModel } from '../../src/pools/build-model.js'
import { noBalancers, balancersDrafter } from '../../src/pools/balancers.js'
import { balancersPolicySchema } from '../../src/model/balancers-policy.js'
import { createModelBuilder } from '../../src/pools/model-builder.js'
import { member, web } from './web-members.js'

const policy = balancersPolicySchema.parse({ networks: ['10.0.0.0/8'], maxBalancers: 3 })
const balancer = (name: string, rest: { address?: string; role?: string } = {}) => {
  const { role = 'balancer', ...place } = rest
  return member(name, { tags: { role }, ...place })
}

t.test('balancers are sorted by name, and this one is marked', async t => {
  const members = [balancer('lb2', { address: '10.0.0.6' }), balancer('lb1'), member('web1')]
  const { balancers, quarantined } = balancersDrafter(policy)({ members, self: 'lb2' })
  t.match(
    balancers?.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    [
      { name: 'lb1', port: 1024, isSelf: false },
      { name: 'lb2', address: '10.0.0.6', port: 1024, isSelf: true },
    ],
  )
  t.equal(balancers?.length, 2)
  t.same(quarantined, [])
})

t.test('there are no balancers where this one is none, or is unknown', async t => {
  const members = [balancer('lb1'), balancer('lb2', { role: 'web' })]
  for (const self of ['lb2', 'lb3', undefined])
    t.equal(balancersDrafter(policy)({ members, self }).balancers, undefined)
})

t.test('a balancer whose values cannot be printed, or are not allowed, is left out', async t => {
  const members = [
    balancer('lb1'),
    balancer('lb2 127.0.0.1:1\npeer x', { address: '10.0.0.7' }),
    balancer('lb3', { address: '192.0.2.1' }),
    balancer('lb4', { address: '0.0.0.0' }),
  ]
  const { balancers, quarantined } = balancersDrafter(policy)({ members, self: 'lb1' })
  t.match(balancers, [{ name: 'lb1' }])
  t.same(
    quarantined.map(({ pool, code }) => `${pool} ${code}`),
    ['balancers name', 'balancers network', 'balancers address'],
  )
})

t.test('no other balancer takes the place of this one', async t => {
  const address = '10.0.0.9'
  const others = ['a1', 'a2', 'a3', 'a4'].map(name => balancer(name))
  const members = [...others, balancer('a0', { address }), balancer('lb1', { address })]
  const { balancers, quarantined } = balancersDrafter(policy)({ members, self: 'lb1' })
  t.same(balancers?.map(({ name }) => name).toSorted(), ['a1', 'a2', 'lb1'])
  t.same(quarantined.map(({ member, code }) => `${member} ${code}`).toSorted(), [
    'a0 duplicate',
    'a3 full',
    'a4 full',
  ])
})

t.test('a model has the balancers, and a builder keeps it until they change', async t => {
  const proxy = { runtimeSocket: '/run/x.sock', frontends: [], pools: [web], balancers: {} }
  const first = { members: [balancer('lb1')], self: 'lb1' }
  const builder = createModelBuilder(proxy)
  t.equal(builder.build(new Map(), new Map()).model.balancers, undefined)
  const { model } = builder.build(new Map(), new Map(), first)
  t.match(model.balancers, [{ name: 'lb1', isSelf: true }])
  t.same(buildModel([], proxy, { balancers: first }).model, model)
  t.equal(builder.build(new Map(), new Map(), first).model, model)
  const both = { ...first, members: [...first.members, balancer('lb2')] }
  t.match(builder.build(new Map(), new Map(), both).model.balancers, [{}, { name: 'lb2' }])
  t.same(buildModel([], { ...proxy, balancers: undefined }, { balancers: both }).model, {
    ...buildModel([], proxy, { balancers: noBalancers }).model,
  })
})
