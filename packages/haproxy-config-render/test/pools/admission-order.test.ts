import t from 'tap'
import { inAdmissionOrder, servesTest } from '../../src/pools/admission-order.js'
import { buildModel } from '../../src/pools/build-model.js'
import type { FitCandidate } from '../../src/pools/candidate.js'
import { checkedServer } from '../../src/model/server.js'
import { web } from './web-members.js'

const candidate = (name: string, host: number, draining = false): FitCandidate => ({
  member: { name, address: `10.0.0.${host}`, tags: {}, draining },
  pool: 'app',
  server: checkedServer({
    name,
    address: `10.0.0.${host}`,
    port: 80,
    weight: 100,
    backup: false,
    slowStartMs: 0,
    options: '',
    tags: {},
  }),
  isCanary: false,
})

const order = (candidates: readonly FitCandidate[], incumbents: readonly string[]) =>
  inAdmissionOrder(candidates, servesTest(new Set(incumbents)))
    .map(({ member }) => member.name)
    .join(' ')

t.test('serving members come before new ones, draining or not', async t => {
  const all = [
    candidate('a', 1),
    candidate('b', 2, true),
    candidate('c', 3),
    candidate('d', 4, true),
  ]
  t.equal(order(all, ['c', 'd']), 'c d a b')
  t.equal(order(all, []), 'a c b d')
})

t.test('a new member at the address of a draining one takes its place', async t => {
  const all = [candidate('a', 1), candidate('z', 9), candidate('y', 9, true)]
  t.equal(order(all, ['y']), 'z y a')
})

t.test('members serve in all pools, or each in its own', async t => {
  t.ok(servesTest(new Set(['a']))('a', 'any'))
  const serves = servesTest(new Map([['a', ['app']]]))
  t.ok(serves('a', 'app'))
  t.notOk(serves('a', 'api'))
  t.notOk(serves('b', 'app'))
})

const member = (name: string, host: number, draining = false) => ({
  name,
  address: `10.0.0.${host}`,
  tags: { role: 'web' },
  draining,
})

t.test('no waiting member takes a place in a full pool until a serving one left', async t => {
  const policy = {
    runtimeSocket: '/run/x.sock',
    frontends: [],
    pools: [{ ...web, maxServers: 2 }],
  }
  const incumbents = new Set(['s1', 's2'])
  const serving = (members: ReturnType<typeof member>[]) =>
    buildModel(members, policy, { incumbents }).model.pools[0]?.servers.map(({ name }) => name)
  const waiting = [member('a', 10), member('z', 11)]
  t.strictSame(serving([...waiting, member('s1', 1), member('s2', 2)]), ['s1', 's2'])
  // Its sessions end in their own time.
  t.strictSame(serving([...waiting, member('s1', 1, true), member('s2', 2)]), ['s1', 's2'])
  t.strictSame(serving([...waiting, member('s2', 2)]), ['a', 's2'])
})
