import t from 'tap'
import { decodeStats } from '../../src/records/agent-stats.js'
import { received } from '../wire-objects.js'

t.test('each section has its texts', async t => {
  const stats = { agent: { name: 's1' }, serf: { members: '3', encrypted: 'true' } }
  t.same(decodeStats(received(stats)), stats)
})

t.test('an empty section and an empty reply are no error', async t => {
  t.same(decodeStats(received({ tags: null })), { tags: {} })
  t.same(decodeStats(received(null)), {})
})

t.test('an invalid value is a protocol error that names section and key', async t => {
  t.throws(() => decodeStats(received({ serf: { members: 3 } })), {
    code: 'protocol',
    message: /expected a text in serf "members", got 3/,
  })
  t.throws(() => decodeStats(received({ serf: '3' })), { message: /expected a map in serf/ })
})
