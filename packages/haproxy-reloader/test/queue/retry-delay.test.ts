import t from 'tap'
import { reloadWaitMs, retryDelayMs } from '../../src/queue/retry-delay.js'

t.test('a deferred configuration is retried soon, and ever less often', async t => {
  const tries = [0, 1, 2, 3, 4, 5, 6, 100].map(attempt => retryDelayMs('deferred', attempt))
  t.strictSame(tries, [100, 200, 400, 800, 1600, 3200, 5000, 5000])
})

t.test('a refused configuration is retried when the refusal is forgotten', async t => {
  for (const kind of ['rejected', 'rolled-back'] as const) {
    t.strictSame(
      [0, 1, 50].map(attempt => retryDelayMs(kind, attempt)),
      [31_000, 62_000, 600_000],
    )
  }
})

t.test('an applied or superseded configuration is not retried', async t => {
  for (const kind of ['applied', 'unchanged', 'superseded'] as const)
    t.equal(retryDelayMs(kind, 0), undefined)
})

t.test('the first reload is immediate, and the next one waits for the interval', async t => {
  t.equal(reloadWaitMs(undefined, 5, 1000), 0)
  t.equal(reloadWaitMs(5000, 5000, 1000), 1000)
  t.equal(reloadWaitMs(5000, 5999, 1000), 1)
  t.equal(reloadWaitMs(5000, 6000, 1000), 0)
  t.equal(reloadWaitMs(5000, 90_000, 1000), 0)
})
