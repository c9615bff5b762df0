import t from 'tap'
import { poolTarget } from '../../src/configuration/pool-schema.js'
import { followOrders, seconds } from '../../src/policy/follow-orders.js'
import { noMemory, type PoolMemory } from '../../src/policy/pool-memory.js'

const target = poolTarget({ name: 'web', size: 2 })
const member = (name: string, condition: 'healthy' | 'unhealthy' | 'leaving' = 'healthy') => ({
  name,
  condition,
  sessions: 0,
  queued: 0,
})
const follow = (
  memory: Partial<PoolMemory>,
  members: readonly ReturnType<typeof member>[],
  now: number,
  newcomers: readonly string[] = [],
) => followOrders({ memory: { ...noMemory, ...memory }, newcomers }, members, target, now)

t.test('the oldest start gets the first newcomer, and ends when it is healthy', async t => {
  const given = { starts: [{ at: 1 }, { at: 2 }], present: ['s3'] }
  const { memory } = follow(given, [member('s3')], 5, ['s3'])
  t.strictSame(memory.starts, [{ at: 1, member: 's3', healthyAt: 5 }, { at: 2 }])
})

t.test('a start that stays healthy is a success, and ends the failures', async t => {
  const starts = [{ at: 0, member: 's3', healthyAt: 1000 }]
  const early = follow({ starts, present: ['s3'], failures: 3 }, [member('s3')], 60_999)
  t.match(early.memory, { starts: [{ member: 's3' }], failures: 3 })
  const late = follow({ starts, present: ['s3'], failures: 3 }, [member('s3')], 61_000)
  t.match(late.memory, { starts: [], failures: 0 })
})

t.test('a start whose member is not healthy in time is a failure', async t => {
  const starts = [{ at: 0, member: 's3' }]
  const { failures, memory } = follow({ starts }, [member('s3', 'unhealthy')], 120_000)
  t.strictSame(failures, ['s3 was not healthy within 120 s of its start'])
  t.match(memory, { starts: [], failures: 1, pausedUntil: 130_000 })
})

t.test('a start whose member hangs soon after is a failure', async t => {
  const starts = [{ at: 0, member: 's3', healthyAt: 1 }]
  const unhealthy = [{ name: 's3', since: 1000 }]
  const given = { starts, unhealthy, present: ['s3'] }
  const { failures } = follow(given, [member('s3', 'unhealthy')], 31_000)
  t.strictSame(failures, ['s3 hung after its start'])
})

t.test('a stop ends with its time, unless the member is leaving', async t => {
  const stops = [{ name: 's1', since: 0 }]
  t.match(follow({ stops }, [member('s1', 'leaving')], 200_000).memory.stops, [{ name: 's1' }])
  const { failures, memory } = follow({ stops }, [member('s1')], 200_000)
  t.strictSame(failures, ['s1 did not leave within 120 s'])
  t.strictSame(memory.stops, [])
})

t.test('times are shown in seconds', async t => {
  t.equal(seconds(1500), '1.5 s')
  t.equal(seconds(120_000), '120 s')
})
