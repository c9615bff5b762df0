import t from 'tap'
import { convergenceChart } from '../../src/charts/convergence-chart.js'
import { convergenceText } from '../../src/report/convergence-text.js'

const times = (ms: number) => ({ first: [ms], half: [2 * ms], all: [3 * ms] })
const convergence = {
  date: '2026-11-29T00:00:00Z',
  serf: 'Serf v0.9',
  profile: 'lan' as const,
  rounds: 1,
  sizes: [
    { nodes: 3, join: times(5), failure: times(4000) },
    { nodes: 30, join: times(100), failure: times(9000) },
  ],
}

t.test('the picture has a median for each size, share and change, and the count', async t => {
  const svg = convergenceChart('Gossip & co', convergence)
  t.equal([...svg.matchAll(/<circle [^>]*r="4"/g)].length, 2 * 2 * 3 + 3)
  t.match(svg, 'n = 1 at each size')
  t.match(svg, '30 agents')
  t.match(svg, 'Gossip &amp; co')
  t.notMatch(svg, /NaN|Infinity/)
})

t.test('a change that takes longer is drawn higher', async t => {
  const svg = convergenceChart('Order', convergence)
  const heights = [...svg.matchAll(/cy="([\d.]+)" r="4" fill="#c0282d"/g)].map(([, cy]) =>
    Number(cy),
  )
  const [joinOf3 = 0, joinOf30 = 0, failureOf3 = 0] = heights
  t.ok(joinOf3 > joinOf30 && joinOf30 > failureOf3, heights.join())
})

t.test('the text has the figures of the largest cluster, or says how to measure', async t => {
  t.match(convergenceText(convergence), /Of 30 agents.*300 ms \(n = 1\).*27,000 ms \(n = 1\)/)
  t.match(convergenceText(undefined), /Not measured in this run: `npm run lab -- convergence`/)
})
