import t from 'tap'
import { poolTarget } from '../../src/configuration/pool-schema.js'
import type { Capacity } from '../../src/policy/capacity.js'
import { chooseActions } from '../../src/policy/choose-actions.js'
import { noMemory } from '../../src/policy/pool-memory.js'

const target = poolTarget({ name: 'web', size: 3, maximum: 5 })
const healthy = (...sessions: readonly number[]) =>
  sessions.map((count, i) => ({
    name: `s${i + 1}`,
    condition: 'healthy' as const,
    sessions: count,
    queued: 0,
  }))
const capacity = (more: Partial<Capacity>): Capacity => {
  const { healthy: serving = [], hung = [] } = more
  const there = serving.length + hung.length
  const none = { dead: [], inFlight: 0, expected: 0, usable: serving.length }
  return { healthy: serving, hung, there, ...none, ...more }
}
const wanted = { memory: noMemory, wanted: 3, reason: 'the wanted size is 3' }

t.test('dead members are replaced before hung ones, up to what may be in flight', async t => {
  const few = capacity({
    healthy: healthy(1),
    hung: [{ name: 's8', since: 0 }],
    dead: [{ name: 's9', since: 0 }],
  })
  const chosen = chooseActions(wanted, few, { ...target, maximumInFlight: 2 }, 5)
  t.match(chosen.actions, [
    { kind: 'replace', member: 's9', isLost: true },
    { kind: 'replace', member: 's8', isLost: false },
  ])
  t.strictSame(chosen.memory.startTimes, [5, 5])
})

t.test('nothing is ordered while an order is in flight, or during a pause', async t => {
  const busy = chooseActions(wanted, capacity({ inFlight: 1 }), target, 5)
  t.strictSame(busy.actions, [])
  const paused = { ...wanted, memory: { ...noMemory, failures: 2, pausedUntil: 6 } }
  t.match(chooseActions(paused, capacity({}), target, 5), {
    actions: [],
    waits: ['pause until 1970-01-01T00:00:00.006Z after 2 failures'],
  })
})

t.test('the least busy member of a surplus is stopped, once its time has passed', async t => {
  const surplus = capacity({ healthy: healthy(4, 0, 9, 7) })
  const first = chooseActions(wanted, surplus, target, 5)
  t.strictSame(first.actions, [])
  const later = { ...wanted, memory: first.memory }
  const { actions, memory } = chooseActions(later, surplus, target, 5 + target.shrinkAfterMs)
  t.match(actions, [{ kind: 'stop', member: 's2', reason: 'the wanted size is 3' }])
  t.match(memory.stops, [{ name: 's2' }])
})

t.test('a hung member stays until enough others serve', async t => {
  const hung = [{ name: 's8', since: 0 }]
  const young = capacity({ healthy: healthy(1, 1), hung, usable: 3 })
  t.strictSame(chooseActions(wanted, young, target, 5).actions, [])
  const enough = capacity({ healthy: healthy(1, 1, 1), hung })
  t.match(chooseActions(wanted, enough, target, 5).actions, [{ kind: 'stop', member: 's8' }])
})

t.test('a pool that is full of members in doubt gets no further one', async t => {
  const full = capacity({ there: 5, usable: 2 })
  t.match(chooseActions(wanted, full, target, 5), {
    actions: [],
    waits: ['the pool has its maximum of 5 members'],
  })
})
