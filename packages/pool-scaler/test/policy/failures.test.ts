import t from 'tap'
import { poolTarget } from '../../src/configuration/pool-schema.js'
import { afterDriverError, afterFailure } from '../../src/policy/failures.js'
import { noMemory } from '../../src/policy/pool-memory.js'

const target = poolTarget({ name: 'web', size: 2, backOffMs: 1000, longestBackOffMs: 5000 })

t.test('each failure doubles the pause, up to the longest one', async t => {
  let memory = noMemory
  const pauses = [0, 0, 0, 0, 0].map((_, i) => {
    memory = afterFailure(memory, target, 10_000 * i)
    return memory.pausedUntil - 10_000 * i
  })
  t.strictSame(pauses, [1000, 2000, 4000, 5000, 5000])
})

t.test('an order that the driver refuses is no longer in flight', async t => {
  const memory = {
    ...noMemory,
    starts: [{ at: 1, member: 's1' }, { at: 2 }],
    stops: [{ name: 's9', since: 3 }],
  }
  const start = { kind: 'start', pool: 'web', reason: '' } as const
  t.match(afterDriverError(memory, start, target, 5), {
    starts: [{ at: 1 }],
    stops: [{ name: 's9' }],
    failures: 1,
  })
  const stop = { kind: 'stop', pool: 'web', member: 's9', reason: '' } as const
  t.strictSame(afterDriverError(memory, stop, target, 5).stops, [])
})
