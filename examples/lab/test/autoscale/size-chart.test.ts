import t from 'tap'
import { sizeChart } from '../../src/autoscale/size-chart.js'

const point = (at: number, healthy: number | undefined, ...orders: readonly string[]) => ({
  at,
  healthy,
  wanted: healthy,
  orders,
})

t.test('the lines keep each size until the next one, and through a doubt', async t => {
  const points = [point(0, 2), point(5000, undefined), point(10_000, 3)]
  const svg = sizeChart('Size', points, 20_000)
  t.match(svg, /<path d="M40\.0 \d+\.\dH372\.0V\d+\.\dH704\.0" fill="none" stroke="#2a7a3b"/)
})

t.test('each order is a mark, and texts are escaped', async t => {
  const svg = sizeChart('<Size>', [point(0, 2, 'stop s1', 'start')], 1000)
  t.match(svg, '<title>&lt;Size&gt;</title>')
  t.match(svg, /fill="#c0282d"><title>stop s1<\/title>/)
  t.match(svg, /text-anchor="middle">stop s1<\/text>/)
  t.match(svg, /fill="#1f5fa8"><title>start<\/title>/)
  t.notMatch(svg, '>start</text>', 'starts are too close to each other for their words')
})

t.test('without points there is an empty chart', async t => {
  t.notMatch(sizeChart('Size', [], 1000), '<path')
})
