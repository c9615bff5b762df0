import t from 'tap'
import { chart } from '../../src/charts/chart.js'

const samples = [
  { atMs: -1000, tookMs: 3, status: 200 },
  { atMs: 500, tookMs: 3010, status: 503 },
  { atMs: 600, tookMs: 10_000, status: 0 },
]

t.test('a picture has a dot for each request, coloured by what came of it', async t => {
  const svg = chart('A <stop>', [{ title: 'classic & co', samples }])
  const paths = [...svg.matchAll(/<path d="([^"]+)" stroke="([^"]+)"/g)]
  t.equal(new Set(paths.map(([, , stroke]) => stroke)).size, 3)
  t.equal(paths.map(([, d = '']) => d.split('M').length - 1).join(), '1,1,1')
  t.match(svg, '2 of 3 requests failed; p50 3010 ms, p99 10000 ms')
  t.match(svg, '<title>A &lt;stop&gt;</title>')
  t.match(svg, 'classic &amp; co')
  t.notMatch(svg, /NaN|Infinity/)
})

t.test('a picture of nothing is still a picture', async t => {
  t.notMatch(chart('Nothing', [{ title: 'nobody', samples: [] }]), /NaN|Infinity/)
})

t.test('later requests stand further right, slower ones higher', async t => {
  const svg = chart('Order', [{ title: 'one', samples }])
  const dots = [...svg.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(found => [
    Number(found[1]),
    Number(found[2]),
  ])
  const [first = [], second = [], third = []] = dots
  t.ok(Number(first[0]) < Number(second[0]) && Number(second[0]) < Number(third[0]))
  t.ok(Number(first[1]) > Number(second[1]) && Number(second[1]) > Number(third[1]))
})
