import t from 'tap'
import { comparedRows, comparisonTable } from '../../src/compare/comparison-table.js'

t.test('the comparison has a row for what was measured, with the ratio', async t => {
  const comparison = {
    date: '2026-11-23T00:00:00Z',
    engine: 'processes',
    versions: {},
    classic: {
      joinMs: 1200,
      recoveryMs: [3000, 24_000, 8000],
      stop: { requests: 500, failed: 20 },
      samples: {},
    },
    agent: {
      joinMs: 60,
      recoveryMs: [900, 1000, 4000],
      stop: { requests: 1000, failed: 0 },
      samples: {},
    },
  }
  t.same(comparedRows(comparison), [
    {
      what: 'join: listening → first response',
      classic: '1,200 ms',
      agent: '60 ms',
      ratio: '20.0',
    },
    {
      what: 'stop: requests lost',
      classic: '20 of 500',
      agent: '0 of 1,000',
      ratio: 'agent: none',
    },
    {
      what: 'ha killed, started again → all serve',
      classic: '3,000 ms, 24,000 ms, 8,000 ms',
      agent: '900 ms, 1,000 ms, 4,000 ms',
      ratio: '8.0',
    },
  ])
  t.equal(comparisonTable(comparison).split('\n').length, 4)
})
