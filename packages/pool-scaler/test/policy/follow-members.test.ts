import t from 'tap'
import { followMembers } from '../../src/policy/follow-members.js'
import { noMemory } from '../../src/policy/pool-memory.js'

const member = (name: string, condition: 'healthy' | 'unhealthy' | 'leaving' = 'healthy') => ({
  name,
  condition,
  sessions: 0,
  queued: 0,
})

t.test('a member that is missing, or leaves without an order, is lost', async t => {
  const memory = { ...noMemory, present: ['s1', 's2', 's3', 's4'] }
  const stopping = { ...memory, stops: [{ name: 's4', since: 1 }] }
  const followed = followMembers(stopping, [member('s1'), member('s3', 'leaving')], 5)
  t.strictSame(followed.memory.lost, [
    { name: 's2', since: 5 },
    { name: 's3', since: 5 },
  ])
  t.strictSame(followed.memory.stops, [], 's4 has left')
})

t.test('a lost member that returns is no newcomer', async t => {
  const memory = { ...noMemory, present: ['s1'], lost: [{ name: 's2', since: 1 }] }
  const { newcomers, memory: next } = followMembers(memory, [member('s2'), member('s3')], 9)
  t.strictSame(newcomers, ['s3'])
  t.strictSame(next.lost, [{ name: 's1', since: 9 }])
})

t.test('the time since which a check fails is kept while it fails', async t => {
  const first = followMembers(noMemory, [member('s1', 'unhealthy')], 1)
  const second = followMembers(first.memory, [member('s1', 'unhealthy')], 2)
  t.strictSame(second.memory.unhealthy, [{ name: 's1', since: 1 }])
  const third = followMembers(second.memory, [member('s1')], 3)
  t.strictSame(third.memory.unhealthy, [])
})

t.test('a lost member is forgotten after an hour', async t => {
  const memory = { ...noMemory, lost: [{ name: 's2', since: 0 }] }
  t.equal(followMembers(memory, [], 3_599_999).memory.lost.length, 1)
  t.equal(followMembers(memory, [], 3_600_000).memory.lost.length, 0)
})
