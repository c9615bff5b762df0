import t from 'tap'
import type { Comparison } from '../../src/compare/comparison.js'
import { comparedRows, comparedTable } from '../../src/compare/comparison-table.js'

const fixed = { versions: {}, samples: {} }
const comparison: Comparison = {
  date: '2026-11-23T00:00:00Z',
  engine: 'processes',
  classic: [
    { ...fixed, joinMs: 1200, recoveryMs: [3000, 24_000], stop: { requests: 500, failed: 20 } },
    { ...fixed, joinMs: 1400, recoveryMs: [8000], stop: { requests: 500, failed: 30 } },
  ],
  agent: [
    { ...fixed, joinMs: 60, recoveryMs: [900, 1000], stop: { requests: 1000, failed: 0 } },
    { ...fixed, joinMs: 70, recoveryMs: [4000], stop: { requests: 1000, failed: 0 } },
  ],
}

t.test('each figure has its count and its spread, and a row has the ratio', async t => {
  t.same(comparedRows(comparison), [
    {
      what: 'join: listening → first response',
      classic: '1,300 ms (1,200–1,400 ms, n = 2)',
      agent: '65 ms (60–70 ms, n = 2)',
      ratio: '20.0',
    },
    {
      what: 'stop: requests lost',
      classic: '50 of 1,000 (20–30 a round, n = 2)',
      agent: '0 of 2,000 (0–0 a round, n = 2)',
      ratio: 'agent: none',
    },
    {
      what: 'ha killed, started again → all serve',
      classic: '8,000 ms (3,000–24,000 ms, n = 3)',
      agent: '1,000 ms (900–4,000 ms, n = 3)',
      ratio: '8.0',
    },
  ])
})

t.test('containers are further columns; what one kind has not measured is a dash', async t => {
  const containers: Comparison = {
    ...comparison,
    engine: 'containers',
    classic: [{ ...fixed, joinMs: 2000 }],
    agent: [{ ...fixed, joinMs: 500 }],
  }
  const [titles, join, stop] = comparedTable([comparison, containers])
  t.equal(titles?.length, 7)
  t.same(titles?.slice(4, 6), ['classic, containers', 'agent, containers'])
  t.same(join?.slice(4), ['2,000 ms (n = 1)', '500 ms (n = 1)', '4.0'])
  t.same(stop?.slice(4), ['–', '–', '–'])
})
