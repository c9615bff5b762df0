import t from 'tap'
import { PoolSamples, samplesKept, type Sample } from '../../src/traffic/pool-samples.js'

function sample(requests: number): Sample {
  return { requests, errors: 0, responseMs: NaN, servers: 1, up: 1, sessions: 0, queued: 0 }
}

/** The figures of the newest intervals. */
function newest(samples: PoolSamples, until: number, count: number) {
  return samples.until(until).requests.slice(-count)
}

t.test(
  'the newest samples of an hour are kept, and an interval without one is unknown',
  async t => {
    const samples = new PoolSamples()
    t.equal(samples.newest, -Infinity)
    for (let i = 0; i < 1000; i++) if (i !== 998) samples.add(170_000 + i, sample(i))
    t.strictSame(newest(samples, 170_999, 3), [997, null, 999])
    const { requests, responseMs } = samples.until(170_999)
    t.equal(requests.length, samplesKept)
    t.equal(requests[0], 640)
    t.ok(responseMs.every(value => value === null))
  },
)

t.test('a gap of hours leaves none of the old samples', async t => {
  const samples = new PoolSamples()
  for (let i = 0; i < samplesKept; i++) samples.add(i, sample(1))
  samples.add(10_000, sample(2))
  t.strictSame(new Set(samples.until(10_000).requests), new Set([null, 2]))
  t.equal(samples.until(10_000).requests.filter(value => value === 2).length, 1)
})

t.test('intervals after the newest sample are unknown, and figures have two decimals', async t => {
  const samples = new PoolSamples()
  samples.add(7, sample(1 / 3))
  t.strictSame(newest(samples, 9, 4), [null, 0.33, null, null])
})
