import * as fc from 'fast-check'
import t from 'tap'
import { emptyHistogram, observed } from '../../src/state/histogram.js'

t.test('a histogram counts each duration in its bucket and all above it', async t => {
  const { buckets, count, sum } = [0.4, 2, 9999].reduce(observed, emptyHistogram)
  t.equal(count, 3)
  t.equal(sum, 10_001.4)
  t.same(
    buckets
      .filter(({ le }) => le === 0.5 || le === 1.5 || le === 2 || le === 5000)
      .map(b => b.count),
    [1, 1, 2, 2],
  )
})

t.test('a bound belongs to its own bucket', async t => {
  const { buckets } = observed(emptyHistogram, 5000)
  t.same(
    buckets.map(({ count }) => count),
    [...buckets.slice(1).map(() => 0), 1],
  )
})

t.test('an observation does not change the histogram before it', async t => {
  observed(emptyHistogram, 1)
  t.equal(emptyHistogram.count, 0)
  t.ok(emptyHistogram.buckets.every(({ count }) => count === 0))
})

const isCumulative = fc.property(
  fc.array(fc.double({ min: 0, max: 20_000, noNaN: true })),
  durations => {
    const { buckets, count } = durations.reduce(observed, emptyHistogram)
    const counts = buckets.map(bucket => bucket.count)
    return (
      count === durations.length &&
      counts.every((each, i) => each >= (counts[i - 1] ?? 0) && each <= count) &&
      buckets.every(({ le, count: n }) => n === durations.filter(ms => ms <= le).length)
    )
  },
)

t.test('buckets are cumulative, and none exceeds the count', async t => {
  t.doesNotThrow(() => fc.assert(isCumulative))
})
