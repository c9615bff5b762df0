import * as fc from 'fast-check'
import t from 'tap'
import { nextStartAt } from '../src/pace.js'

const pace = { factor: 20, floorMs: 5, boundMs: 1000 }

t.test('an action without a last run may start at once', async t => {
  t.equal(nextStartAt(pace, undefined, 70), 70)
})

t.test('the pause is a multiple of the duration, at least the floor', async t => {
  t.equal(nextStartAt(pace, { endedAt: 100, tookMs: 10 }, 110), 300)
  t.equal(nextStartAt(pace, { endedAt: 100, tookMs: 0.1 }, 101), 105)
  t.equal(nextStartAt(pace, { endedAt: 100, tookMs: 10 }, 400), 400, 'the pause is over')
})

t.test('the longest wait wins over the pause', async t => {
  t.equal(nextStartAt(pace, { endedAt: 100, tookMs: 900 }, 150), 1150)
})

t.test('a start is never before its request, and never later than the bound', async () => {
  const time = fc.integer({ min: 0, max: 100_000 })
  fc.assert(
    fc.property(time, time, time, (endedAt, tookMs, requestedAt) => {
      const at = nextStartAt(pace, { endedAt, tookMs }, requestedAt)
      return at >= requestedAt && at <= requestedAt + pace.boundMs
    }),
  )
})
