import t from 'tap'
import { quantile } from '../../src/page/latency.js'
import { emptyHistogram, observed } from '../../src/state/histogram.js'

const buckets = [
  { le: 1, count: 0 },
  { le: 2, count: 10 },
  { le: 4, count: 20 },
]

t.test('a quantile is interpolated within its bucket', async t => {
  const histogram = { buckets, count: 20, sum: 0 }
  t.equal(quantile(histogram, 0.25), 1.5)
  t.equal(quantile(histogram, 0.5), 2)
  t.equal(quantile(histogram, 0.75), 3)
  t.equal(quantile(histogram, 1), 4)
})

t.test('a quantile above the last bucket is its bound', async t => {
  t.equal(quantile({ buckets, count: 100, sum: 0 }, 0.99), 4)
})

t.test('an empty bucket does not divide by zero', async t => {
  const histogram = {
    buckets: [
      { le: 1, count: 0 },
      { le: 2, count: 4 },
    ],
    count: 4,
    sum: 0,
  }
  t.equal(quantile(histogram, 0), 1)
  t.equal(quantile(emptyHistogram, 0.5), emptyHistogram.buckets.at(-1)?.le)
})

t.test('one duration is in the bucket that contains it', async t => {
  const value = quantile(observed(emptyHistogram, 12), 0.5)
  t.ok(value > 10 && value <= 15, String(value))
})
