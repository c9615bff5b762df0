import type { Outcome } from 'haproxy-reloader'
import t from 'tap'
import { isUnapplied, laterSpan, roundSpan } from '../../src/tracing/round-spans.js'
import { batchRun, joinRound, linesOf, readBack, resultOf, unchanged } from './sample-round.js'

t.test('a round has its steps in the order of time, from the log line to the batch', async t => {
  const span = roundSpan(joinRound)
  t.strictSame(linesOf(span), [
    'round 100-123',
    '  report 100-102',
    '  read members 102-110',
    '  read servers 111-112',
    '  decide 112-113',
    '  render 113-115',
    '  apply 116-122',
    '    batch 117-120',
  ])
  t.strictSame(span.attributes, {
    'serf_haproxy.reports': 1,
    'serf_haproxy.outcome': 'applied',
    'serf_haproxy.cause': 's1 joined',
    'serf_haproxy.cause_kind': 'log',
    'serf_haproxy.generation': 7,
    'serf_haproxy.pools': ['nodes'],
    'serf_haproxy.changes.add': 1,
    'serf_haproxy.reacted_ms': 20,
  })
  const apply = span.children.at(-1)
  t.match(apply?.attributes, { 'serf_haproxy.via': 'runtime', 'serf_haproxy.took_ms': 4 })
  t.match(apply?.children[0]?.attributes, { 'serf_haproxy.commands': 3 })
})

t.test('the span begins with the earliest report, and each report has its own spans', async t => {
  const first = { cause: 'event', detectedAt: 40, readAt: undefined, receivedAt: 50 }
  const lines = linesOf(roundSpan({ ...joinRound, reports: [first, ...joinRound.reports] }))
  t.strictSame(lines.slice(0, 4), [
    'round 40-123',
    '  report 40-50',
    '  report 100-102',
    '  read members 102-110',
  ])
})

t.test('a comparison that corrects drift has neither a decision nor a report', async t => {
  const { applyingAt = 0, appliedAt = 0, endedAt, tasks, result = resultOf(unchanged) } = joinRound
  const span = roundSpan({
    reports: [],
    startedAt: 114,
    applyingAt,
    appliedAt,
    endedAt,
    tasks,
    result,
  })
  t.strictSame(linesOf(span), [
    'round 114-123',
    '  read servers 114-116',
    '  apply 116-122',
    '    batch 117-120',
  ])
})

for (const [outcome, problem] of [
  [{ kind: 'rejected', report: 'line 3: unknown keyword' }, 'line 3: unknown keyword'],
  [{ kind: 'rolled-back', cause: 'the probe failed' }, 'the probe failed'],
  [{ kind: 'deferred', cause: 'HAProxy is away' }, 'HAProxy is away'],
] satisfies [Outcome, string][])
  t.test(`a round that ends as ${outcome.kind} is an error with its reason`, async t => {
    const span = roundSpan({ ...joinRound, result: resultOf(outcome) })
    const error = { type: outcome.kind, problem }
    t.strictSame(span.error, error)
    t.strictSame(span.children.at(-1)?.error, error)
  })

t.test('the step that failed has the error of its round, and lasts until its end', async t => {
  const error = Object.assign(new Error('line 2: no such helper'), { code: 'unknown-helper' })
  const round = {
    reports: [],
    startedAt: 1,
    decidingAt: 2,
    renderingAt: 3,
    endedAt: 9,
    tasks: [],
    error,
  }
  t.strictSame(linesOf(roundSpan(round)), [
    'round 1-9 unknown-helper: line 2: no such helper',
    '  read servers 1-2',
    '  decide 2-3',
    '  render 3-9 unknown-helper: line 2: no such helper',
  ])
  t.match(roundSpan(round).attributes, { 'serf_haproxy.outcome': 'failed' })
})

t.test('a decision that is not applied has the outcome withheld, and no error', async t => {
  const round = {
    reports: [],
    startedAt: 1,
    decidingAt: 2,
    renderingAt: 3,
    renderedAt: 4,
    endedAt: 5,
  }
  const span = roundSpan({ ...round, tasks: [] })
  t.match(span.attributes, { 'serf_haproxy.outcome': 'withheld' })
  t.equal(span.error, undefined)
})

t.test('a step of an attempt that failed has its problem', async t => {
  const steps = [
    { kind: 'check', startedAt: 117, endedAt: 119, problem: 'unknown keyword' },
  ] as const
  const span = roundSpan({ ...joinRound, tasks: [{ ...batchRun, steps }] })
  t.equal(linesOf(span).at(-1), '    check 117-119 check: unknown keyword')
})

t.test('a later run has what it changed, or its error', async t => {
  const span = laterSpan('read back', { ...batchRun, isReadBack: true })
  t.strictSame(linesOf(span), ['read back 116-121', '  batch 117-120'])
  t.match(span.attributes, { 'serf_haproxy.changes.add': 1, 'serf_haproxy.generation': 7 })
  const { outcome: _, ...failed } = { ...readBack, error: new TypeError('closed') }
  t.strictSame(linesOf(laterSpan('retry', failed)), ['retry 130-131 TypeError: closed'])
})

t.test('what was deferred, superseded or failed is part of the next attempt', async t => {
  t.equal(isUnapplied(joinRound), false)
  for (const outcome of [{ kind: 'superseded' }, { kind: 'deferred', cause: '' }] as const)
    t.equal(isUnapplied({ ...joinRound, result: resultOf(outcome) }), true)
  t.equal(isUnapplied({ ...joinRound, error: new Error('no') }), true)
})
