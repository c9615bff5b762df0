import t from 'tap'
import { servesTest } from '../../src/pools/admission-order.js'
import { compilePolicy } from '../../src/pools/compiled-policy.js'
import { draftPools, weighedServers } from '../../src/pools/draft-pools.js'
import type { PoolPolicy } from '../../src/pools/pool-policy.js'
import type { PoolMember } from '../../src/pools/server-from-member.js'
import { member, web } from './web-members.js'

function draft(
  members: readonly PoolMember[],
  pool: PoolPolicy,
  incumbents: readonly string[] = [],
) {
  const compiled = compilePolicy({ runtimeSocket: '/r', frontends: [], pools: [pool] }, {})
  const [one] = compiled.pools
  if (!one) throw new Error('expected a policy')
  const candidates = members.flatMap(each => one.evaluate(each) ?? [])
  const made = draftPools(candidates, one.policy, {
    serves: servesTest(new Set(incumbents)),
    isFree: name => name !== 'app-other',
    claims: compiled.newClaims(),
  })
  return { ...made, policy: one.policy }
}

const codes = (made: ReturnType<typeof draft>) =>
  made.quarantined.map(each => `${each.pool} ${each.member} ${each.code}`).toSorted()

t.test('a policy has its pool even if no member is in it', async t => {
  t.strictSame([...draft([], web).pools], [['app', []]])
  t.strictSame([...draft([], { ...web, perTag: 'x' }).pools], [])
})

t.test('a member at the address of another is a duplicate, in a full pool too', async t => {
  const members = ['a', 'b', 'c'].map(name => member(name, { address: '10.0.0.1' }))
  t.strictSame(codes(draft([...members, member('d')], { ...web, maxServers: 1 }, ['b'])), [
    'app a duplicate',
    'app c duplicate',
    'app d full',
  ])
})

const of = (name: string, app: string) => member(name, { tags: { role: 'web', app } })

t.test('the pools of serving members come first', async t => {
  const members = [of('a', 'x'), of('b', 'y'), of('c', 'other'), of('d', 'z')]
  const made = draft(members, { ...web, perTag: 'app', maxPools: 2 }, ['d'])
  t.strictSame([...made.pools.keys()], ['app-z', 'app-x'])
  t.strictSame(codes(made), ['app-other c duplicate', 'app-y b full'])
})

t.test('canaries have the weight of their share, and others keep their server', async t => {
  const canary = { tag: 'new', percent: 50 }
  const tags = { role: 'web', new: 'true' }
  const { pools, policy } = draft([member('a'), member('b'), member('c', { tags })], {
    ...web,
    canary,
  })
  const places = pools.get('app') ?? []
  t.strictSame(
    weighedServers(places, policy).map(({ weight }) => weight),
    [128, 128, 256],
  )
  const { canary: _, ...plain } = policy
  t.equal(weighedServers(places, plain)[0], places[0]?.server)
})
