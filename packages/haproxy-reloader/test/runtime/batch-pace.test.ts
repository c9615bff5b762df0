import t from 'tap'
import { createBatchPace } from '../../src/runtime/batch-pace.js'
import { commandMs, operationMs, reloadMs } from '../../src/plan/change-cost.js'

const each = (count: number, price: number) => Array.from({ length: count }, () => price)
const adds = (count: number, servers: number) =>
  each(count, commandMs('add server nodes/x 10.0.0.1:80', servers))

t.test('cheap commands go out in one batch, expensive ones in several', async t => {
  t.equal(createBatchPace(5).take(adds(100, 10), 0), 100)
  const few = createBatchPace(5).take(adds(100, 10_000), 0)
  t.ok(few >= 1 && few <= 5, `${few} at a time into 10,000 servers`)
})

t.test('at least one command is sent, however expensive', async t => {
  t.equal(createBatchPace(0.001).take([50, 50], 0), 1)
  t.equal(createBatchPace(0.001).take([50, 50], 1), 1)
})

t.test(
  'a slow machine makes the batches shorter at once, and longer again little by little',
  async t => {
    const pace = createBatchPace(5)
    const prices = each(1000, 0.05)
    const before = pace.take(prices, 0)
    pace.learn(5, 40)
    const after = pace.take(prices, 0)
    t.ok(after < before / 5, `${after} instead of ${before}`)
    pace.learn(5, 5)
    const next = pace.take(prices, 0)
    t.ok(next > after && next < before, `${next} after one that was quick`)
    for (let i = 0; i < 50; i++) pace.learn(5, 5)
    t.ok(Math.abs(pace.take(prices, 0) - before) <= before / 5, 'and in the end as before')
  },
)

t.test('one slow batch does not block the following ones', async t => {
  const pace = createBatchPace(5)
  pace.learn(1, 60_000)
  t.ok(pace.take(each(1000, 0.01), 0) >= 20)
})

t.test('an addition costs more than any other change, and each more in a larger pool', async t => {
  for (const servers of [10, 1000, 10_000]) {
    for (const kind of ['move', 'weigh', 'check', 'ready', 'drain', 'remove']) {
      t.ok(operationMs('add', servers) > operationMs(kind, servers), kind)
      t.ok(operationMs(kind, 2 * servers) > operationMs(kind, servers), kind)
    }
    t.ok(reloadMs(2 * servers) > reloadMs(servers))
  }
})
