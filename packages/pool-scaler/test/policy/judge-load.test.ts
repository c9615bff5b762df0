import t from 'tap'
import { judgeLoad } from '../../src/policy/judge-load.js'
import type { ObservedMember } from '../../src/policy/observed-pool.js'

const member = (sessions: number, more: Partial<ObservedMember> = {}): ObservedMember => ({
  name: 's1',
  condition: 'healthy',
  sessions,
  queued: 0,
  ...more,
})
const target = { sessionsPerServer: 10, tolerance: 0.2 }

t.test('a load within the tolerance of its target needs no other size', async t => {
  t.match(judgeLoad([member(12), member(12)], target, 2), { needed: 2, isLow: false })
  t.match(judgeLoad([member(9)], target, 2), { needed: 2, isLow: false })
})

t.test('a load above the tolerance needs the servers that carry it', async t => {
  t.match(judgeLoad([member(20), member(13, { queued: 2 })], target, 2), {
    needed: 4,
    reason: '35 sessions and queued requests for 2 with a target of 10 each',
  })
})

t.test('a load is low if one server less carries it by every figure', async t => {
  t.equal(judgeLoad([member(8)], target, 2).isLow, true)
  const both = { ...target, responseMs: 100 }
  t.equal(judgeLoad([member(8, { responseMs: 20 })], both, 2).isLow, true)
  t.equal(judgeLoad([member(8, { responseMs: 60 })], both, 2).isLow, false)
})

t.test('the queue and the response time ask for more servers by themselves', async t => {
  const queue = judgeLoad([member(1, { queued: 9 })], { queuedPerServer: 2, tolerance: 0 }, 2)
  t.match(queue, { needed: 5, reason: '9 queued requests for 2 with a target of 2 each' })
  const slow = judgeLoad([member(1, { responseMs: 900 })], { responseMs: 100, tolerance: 0.2 }, 2)
  t.match(slow, { needed: 3, reason: '900 ms on average with a target of 100 ms' })
})

t.test('the response time is weighted by sessions, and that of an idle server is old', async t => {
  const members = [
    member(3, { responseMs: 100 }),
    member(1, { responseMs: 20 }),
    member(0, { responseMs: 9000 }),
  ]
  const { reason } = judgeLoad(members, { responseMs: 80, tolerance: 0 }, 3)
  t.equal(reason, '80 ms on average with a target of 80 ms')
  const idle = judgeLoad([member(0, { responseMs: 9000 })], { responseMs: 80, tolerance: 0 }, 1)
  t.match(idle, { needed: 1, isLow: true })
})
