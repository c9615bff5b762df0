import t from 'tap'
import { evaluator, isFit } from '../../src/pools/candidate.js'
import { parsePolicy, type PoolPolicy } from '../../src/pools/pool-policy.js'
import { member, web } from './web-members.js'

const evaluate = (pool: PoolPolicy) => {
  const { pools } = parsePolicy({ runtimeSocket: '/run/x.sock', frontends: [], pools: [pool] })
  const [policy] = pools
  if (!policy) throw new Error('expected a policy')
  return evaluator(policy, () => false)
}

t.test('a member that is not selected is no candidate', async t => {
  t.equal(evaluate(web)(member('s1', { tags: {} })), undefined)
})

t.test('a candidate has its pool, its server or its error', async t => {
  const perTag = evaluate({ ...web, perTag: 'app', canary: { tag: 'new', percent: 10 } })
  const tags = { role: 'web', app: 'shop', new: 'true' }
  t.match(perTag(member('s1', { tags })), {
    pool: 'app-shop',
    isCanary: true,
    server: { name: 's1', weight: 100 },
  })
  const wrong = perTag(member('s2', { tags: { role: 'web', app: 'two words' } }))
  t.match(wrong, { pool: 'app-two words', server: { code: 'tag' } })
  t.notOk(wrong && isFit(wrong))
})

t.test('an equal server of the candidate before is used again', async t => {
  const one = evaluate({ ...web, printTags: ['v'] })
  const made = member('s1', { tags: { role: 'web', v: '1' } })
  const before = one(made)
  const same = one({ ...made, tags: { ...made.tags, other: 'x' } }, before)
  t.equal(same?.server, before?.server)
  t.not(one({ ...made, tags: { ...made.tags, v: '2' } }, before)?.server, before?.server)
  t.not(one({ ...made, draining: true }, before)?.server, before?.server)
})
