import * as fc from 'fast-check'
import t from 'tap'
import { checkIntervals } from '../../src/model/check-interval.js'

const byDefault = checkIntervals({ maxChecksPerSecond: 2000 })

t.test('the interval doubles until the pool keeps its rate', async t => {
  const found = [0, 1000, 1001, 2000, 2001, 4001, 8000, 10_000, 100_000].map(servers => [
    servers,
    byDefault(servers, undefined),
  ])
  t.strictSame(found, [
    [0, undefined],
    [1000, undefined],
    [1001, 1000],
    [2000, 1000],
    [2001, 2000],
    [4001, 4000],
    [8000, 4000],
    [10_000, 8000],
    [100_000, 64_000],
  ])
})

t.test('a longer interval comes at once, a shorter one below a quarter of its servers', async t => {
  let before: number | undefined
  const found = [1000, 1001, 999, 500, 499, 1001, 16_000, 4000, 3999, 4001].map(servers => {
    before = byDefault(servers, before)
    return [servers, before]
  })
  t.strictSame(found, [
    [1000, undefined],
    [1001, 1000],
    [999, 1000],
    [500, 1000],
    [499, undefined],
    [1001, 1000],
    [16_000, 8000],
    [4000, 8000],
    [3999, 2000],
    [4001, 4000],
  ])
})

t.test('the steps begin with the shortest interval of the pool’s words', async t => {
  const slow = checkIntervals({ maxChecksPerSecond: 10, serverOptions: 'inter 3s downinter 1m' })
  t.strictSame(
    [30, 31].map(servers => slow(servers, undefined)),
    [undefined, 6000],
  )
})

const rates = fc.integer({ min: 1, max: 100 }).map(maxChecksPerSecond => ({ maxChecksPerSecond }))

t.test(
  'after any sizes the rate is kept, and a size that moves by half costs one change',
  async t => {
    const sizes = fc.array(fc.nat(1000), { minLength: 1 })
    fc.assert(
      fc.property(rates, sizes, fc.nat(1000), (rate, history, size) => {
        const intervalFor = checkIntervals(rate)
        let interval: number | undefined
        for (const servers of [...history, size]) {
          interval = intervalFor(servers, interval)
          if (servers / ((interval ?? 500) / 1000) > rate.maxChecksPerSecond) return false
        }
        const half = Math.ceil(size / 2)
        const up = intervalFor(size, intervalFor(half, interval))
        return intervalFor(half, up) === up && intervalFor(size, up) === up
      }),
    )
    t.pass('no counterexample')
  },
)
