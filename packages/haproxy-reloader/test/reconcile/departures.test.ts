import t from 'tap'
import { Departures } from '../../src/reconcile/departures.js'
import { createDrainClock } from '../../src/running/drain-clock.js'

t.test('read-backs follow each other more slowly while a server departs', async t => {
  const departures = new Departures(createDrainClock(30_000))
  const delays = [1, 2, 3].map(() => departures.readBackDelayMs(['nodes/s1'], true))
  t.strictSame(delays, [5, 10, 20])
  departures.reset()
  t.equal(departures.readBackDelayMs(['nodes/s1'], true), 5)
})

t.test('a change without departures is read back at once, and no change not at all', async t => {
  const departures = new Departures(createDrainClock(30_000))
  t.equal(departures.readBackDelayMs([], true), 0)
  t.equal(departures.readBackDelayMs([], false), undefined)
})
