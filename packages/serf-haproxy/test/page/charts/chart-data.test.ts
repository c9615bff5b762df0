import * as fc from 'fast-check'
import t from 'tap'
import {
  chartData,
  drawing,
  linePath,
  markersAt,
  positionOf,
  roundAbove,
} from '../../../src/page/charts/chart-data.js'
import type { PoolTraffic, TrafficState } from '../../../src/state/traffic-state.js'

const pool = (
  name: string,
  requests: readonly (number | null)[],
  responseMs: readonly (number | null)[],
): PoolTraffic => {
  const none = requests.map(() => null)
  const samples = {
    requests,
    responseMs,
    errors: none,
    servers: requests,
    up: none,
    sessions: none,
    queued: none,
  }
  return { name, samples }
}
const traffic: TrafficState = {
  intervalMs: 10_000,
  until: 30_000,
  pools: [pool('a', [1, null, 3], [10, null, 10]), pool('b', [null, null, 1], [null, null, 50])],
  markers: [
    { at: 12_000, kind: 'reload', text: 'Generation 2' },
    { at: 31_000, kind: 'held', text: 'held' },
  ],
}

const long = (unknown: number) => [
  ...Array<null>(unknown).fill(null),
  ...Array<number>(360 - unknown).fill(1),
]

t.test('all pools are added up, and a time without a poll stays without a value', async t => {
  const { times, samples } = chartData(traffic)
  t.same(times, [10_000, 20_000, 30_000])
  t.same(samples.requests, [1, null, 4])
  t.same(samples.up, [null, null, null])
})

t.test('the response time of all pools is their average by requests', async t => {
  t.same(chartData(traffic).samples.responseMs, [10, null, 20])
})

t.test('one pool can be chosen, and an unknown one has no samples', async t => {
  t.same(chartData(traffic, 'b').samples.requests, [null, null, 1])
  t.same(chartData(traffic, 'none').times, [])
})

t.test('a marker belongs to the sample of its interval', async t => {
  const data = chartData(traffic)
  t.match(markersAt(data, 0), [{ kind: 'reload' }])
  t.same(markersAt(data, 1), [])
  t.match(markersAt(data, 2), [{ kind: 'held' }])
  t.equal(positionOf(data, 20_000), drawing.width / 2)
  t.equal(positionOf(data, 9000), undefined)
})

t.test('a line has a gap where HAProxy was not polled', async t => {
  t.equal(linePath([0, null, 2, 2], 2), 'M0.0 79.0M240.0 3.0L360.0 3.0')
  t.equal(linePath([], 1), '')
})

t.test('every point is inside the drawing', async t => {
  const sample = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }))
  fc.assert(
    fc.property(fc.array(sample, { minLength: 2 }), samples => {
      const highest = roundAbove(Math.max(...samples.map(value => value ?? 0)))
      for (const [, x, y] of linePath(samples, highest).matchAll(/[ML]([\d.-]+) ([\d.-]+)/g))
        t.ok(Number(x) >= 0 && Number(x) <= 360 && Number(y) >= 0 && Number(y) <= 80, `${x} ${y}`)
    }),
    { numRuns: 30 },
  )
})

t.test('a scale ends at a round number', async t => {
  t.same([0, 0.3, 1, 1.2, 4, 7, 10, 950, 1001].map(roundAbove), [1, 1, 1, 2, 5, 10, 10, 1000, 2000])
})

t.test('the time before the first poll is left out, but for ten minutes', async t => {
  const lengthOf = (unknown: number) =>
    chartData({
      ...traffic,
      pools: [
        {
          name: 'a',
          samples: { ...pool('a', long(unknown), long(unknown)).samples, up: long(unknown) },
        },
      ],
    })
  t.equal(lengthOf(0).times.length, 360)
  t.equal(lengthOf(200).times.length, 160)
  t.equal(lengthOf(350).times.length, 60)
  t.equal(lengthOf(350).samples.requests.filter(value => value !== null).length, 10)
  t.equal(lengthOf(200).times.at(-1), traffic.until)
})
