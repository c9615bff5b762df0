import { HaproxyError } from 'haproxy-runtime'
import t from 'tap'
import { ServingWorker } from '../../src/reconcile/serving-worker.js'

const result = { outcome: { kind: 'superseded' } } as const
const { signal } = new AbortController()

t.test('a worker that serves needs no other look', async t => {
  const serving = new ServingWorker(async () => ({ workers: [7], oldWorkers: [6] }))
  t.equal(await serving.lookAgain(7, result, signal), result)
  t.equal(serving.isAwaited, false)
})

t.test('a worker that is about to go is looked at again, ever less often', async t => {
  let workers = [8]
  const serving = new ServingWorker(async () => ({ workers, oldWorkers: [7] }))
  t.match(await serving.lookAgain(7, result, signal), { ...result, readBackAfterMs: 5 })
  t.equal(serving.isAwaited, true)
  t.match(await serving.lookAgain(7, result, signal), { readBackAfterMs: 10 })
  workers = [7]
  t.equal(await serving.lookAgain(7, result, signal), result)
  t.equal(serving.isAwaited, false)
})

t.test('a master that does not answer may have started another worker', async t => {
  const serving = new ServingWorker(async () => {
    throw new HaproxyError('unreachable', 'no answer')
  })
  t.match(await serving.lookAgain(7, result, signal), { readBackAfterMs: 5 })
})

t.test('the looks end, and begin anew with the next change', async t => {
  const serving = new ServingWorker(async () => ({ workers: [], oldWorkers: [] }))
  let looks = 0
  while ((await serving.lookAgain(7, result, signal)) !== result) looks++
  t.equal(looks, 20)
  serving.reset()
  t.match(await serving.lookAgain(7, result, signal), { readBackAfterMs: 5 })
})

t.test('without a list of workers, the one that answers serves', async t => {
  const serving = new ServingWorker(undefined)
  t.equal(await serving.lookAgain(7, result, signal), result)
})
