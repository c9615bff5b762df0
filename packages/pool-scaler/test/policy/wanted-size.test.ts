import t from 'tap'
import { poolTarget } from '../../src/configuration/pool-schema.js'
import { capacityOf } from '../../src/policy/capacity.js'
import { noMemory, type PoolMemory } from '../../src/policy/pool-memory.js'
import { wantedSize } from '../../src/policy/wanted-size.js'

const target = poolTarget({
  name: 'web',
  minimum: 2,
  maximum: 6,
  load: { sessionsPerServer: 10 },
  growAfterMs: 100,
  shrinkAfterMs: 1000,
})
const sizeAt = (memory: Partial<PoolMemory>, sessions: readonly number[], now: number) => {
  const members = sessions.map((count, i) => ({
    name: `s${i}`,
    condition: 'healthy' as const,
    sessions: count,
    queued: 0,
  }))
  const known = { ...noMemory, ...memory }
  return wantedSize(known, capacityOf(known, members, target, now), members, target, now)
}

t.test('the first size is that of the pool, within the bounds', async t => {
  t.equal(sizeAt({}, [10, 10, 10], 0).wanted, 3)
  t.equal(sizeAt({}, [10], 0).wanted, 2)
  t.equal(sizeAt({}, Array<number>(9).fill(10), 0).wanted, 6)
})

t.test('a high load has to last before the pool grows, and between two growths', async t => {
  t.match(sizeAt({ wanted: 2 }, [20, 20], 50), { wanted: 2, memory: { highSince: 50 } })
  t.equal(sizeAt({ wanted: 2, highSince: 50 }, [20, 20], 150).wanted, 4)
  t.equal(sizeAt({ wanted: 2, highSince: 50, changedAt: 60 }, [20, 20], 150).wanted, 2)
})

t.test('a low load has to last before the pool shrinks, by one', async t => {
  const low = { wanted: 4, lowSince: 0 }
  t.equal(sizeAt(low, [0, 0, 0, 0], 999).wanted, 4)
  t.equal(sizeAt(low, [0, 0, 0, 0], 1000).wanted, 3)
  t.equal(sizeAt(low, [0, 0, 0], 1000).wanted, 4, 'a member is missing')
  t.equal(sizeAt({ ...low, pausedUntil: 2000 }, [0, 0, 0, 0], 1000).wanted, 4, 'a pause')
})

t.test('a growth soon after a shrink doubles the wait of the next one', async t => {
  const high = { wanted: 2, highSince: 0, shrunkAt: 0, shrinkWaitFactor: 2 }
  t.equal(sizeAt(high, [20, 20], 1999).memory.shrinkWaitFactor, 4)
  t.equal(sizeAt(high, [20, 20], 2000).memory.shrinkWaitFactor, 1)
})

t.test('a fixed size is the wanted one', async t => {
  const fixed = poolTarget({ name: 'web', size: 4 })
  const capacity = capacityOf(noMemory, [], fixed, 0)
  t.match(wantedSize(noMemory, capacity, [], fixed, 0), { wanted: 4, reason: /^the wanted size/ })
})
