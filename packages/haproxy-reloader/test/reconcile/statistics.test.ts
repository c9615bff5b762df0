import t from 'tap'
import type { Operation } from '../../src/plan/operation.js'
import { reloadPlan } from '../../src/plan/plan.js'
import { createStatisticsRecorder } from '../../src/reconcile/statistics.js'

const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 1, options: '' }

t.test('every kind is counted from zero', async t => {
  const { counted } = createStatisticsRecorder()
  t.strictSame(counted.operations, {
    add: 0,
    'set-address': 0,
    'set-weight': 0,
    'set-maxconn': 0,
    check: 0,
    'agent-check': 0,
    enable: 0,
    replace: 0,
    drain: 0,
    remove: 0,
    'set-map': 0,
    'set-acl': 0,
  })
  t.ok(Object.values(counted.outcomes).every(count => count === 0))
  t.match(counted, { failedReloads: 0, oldWorkers: undefined, drift: { count: 0 } })
})

t.test('outcomes and operations are counted by kind', async t => {
  const recorder = createStatisticsRecorder()
  recorder.outcome('applied')
  recorder.outcome('applied')
  recorder.outcome('rolled-back')
  const operations: Operation[] = [
    { kind: 'add', pool: 'nodes', server },
    { kind: 'drain', pool: 'nodes', name: 's2', agentChecked: false },
    { kind: 'add', pool: 'more', server },
  ]
  recorder.operations(operations)
  t.match(recorder.counted, {
    outcomes: { applied: 2, 'rolled-back': 1, rejected: 0 },
    operations: { add: 2, drain: 1, remove: 0 },
  })
})

t.test('reloads are counted by trigger, failed ones twice', async t => {
  const recorder = createStatisticsRecorder()
  recorder.reload(reloadPlan({ trigger: 'text', reason: 'a' }), true)
  recorder.reload(reloadPlan({ trigger: 'pool', reason: 'b' }), false)
  t.match(recorder.counted, { reloads: { text: 1, pool: 1, burst: 0 }, failedReloads: 1 })
})

t.test('the buckets of the histogram are cumulative, and include their bound', async t => {
  const recorder = createStatisticsRecorder()
  for (const ms of [1, 1.5, 5000]) recorder.batch(ms)
  const { buckets, count, sum } = recorder.counted.batches
  t.equal(count, 3)
  t.equal(sum, 5002.5)
  const of = (bound: number) => buckets.find(({ le }) => le === bound)?.count
  t.strictSame([of(1), of(2), of(1000)], [1, 2, 2], 'only `count` has those above the last bound')
})

t.test('of drift the number and the last description are kept', async t => {
  const recorder = createStatisticsRecorder()
  recorder.drift('the configuration file was edited')
  recorder.drift('nodes/s1 was changed')
  t.strictSame(recorder.counted.drift, { count: 2, last: 'nodes/s1 was changed' })
})

t.test('counts that were handed out do not change later', async t => {
  const recorder = createStatisticsRecorder()
  const before = recorder.counted
  recorder.outcome('applied')
  recorder.batch(3)
  recorder.oldWorkers(2)
  t.equal(before.outcomes.applied, 0)
  t.equal(before.batches.count, 0)
  t.equal(before.oldWorkers, undefined)
  t.equal(recorder.counted.oldWorkers, 2)
})
