import t from 'tap'
import { answeringWorker, verifyWorker } from '../../src/reload/verify-worker.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const desired = desire([server('s1', { options: 'check' })])
const { signal } = new AbortController()
const limits = { timeoutMs: 5000, signal }
const shortly = { timeoutMs: 30, signal }
const none = { workers: [], before: undefined, down: [] }

t.test('the worker that answers is known by its process id', async t => {
  const { fake, runtime } = await fakeSetup(t, desired.text)
  t.equal(await answeringWorker(runtime, signal), (await runtime.info()).pid)
  await fake.close()
  t.equal(await answeringWorker(runtime, signal), undefined)
})

t.test('a reported worker that answers and has the pools has no problem', async t => {
  const { runtime, reload } = await fakeSetup(t, desired.text)
  const before = await answeringWorker(runtime, signal)
  const { workers } = await reload({})
  t.equal(await verifyWorker(runtime, desired, { ...none, workers, before }, limits), undefined)
})

t.test('without a report any other worker than before is the new one', async t => {
  const { runtime, reload } = await fakeSetup(t, desired.text)
  const before = await answeringWorker(runtime, signal)
  t.match(
    await verifyWorker(runtime, desired, { ...none, before }, shortly),
    /does not answer on the stats socket within 30 ms/,
  )
  await reload({})
  t.equal(await verifyWorker(runtime, desired, { ...none, before }, limits), undefined)
})

t.test('a worker that was not reported does not count', async t => {
  const { runtime } = await fakeSetup(t, desired.text)
  const problem = await verifyWorker(runtime, desired, { ...none, workers: [1] }, shortly)
  t.match(problem, /does not answer/)
})

t.test('a missing pool is a problem', async t => {
  const { runtime } = await fakeSetup(t, desired.text)
  const more = { ...desired, pools: [...desired.pools, { name: 'more', servers: [] }] }
  t.match(await verifyWorker(runtime, more, none, limits), /lacks a pool/)
})

t.test('servers that were down are down in the new worker', async t => {
  const { fake, runtime: real } = await fakeSetup(t, desired.text)
  // The checks of the fake have passed from its start.
  const servers: typeof real.servers = async (...args) =>
    (await real.servers(...args)).map(each => ({ ...each, lastCheck: 'none' }))
  const runtime = { ...real, servers }
  const down = await runtime.servers(['nodes'])
  t.equal(await verifyWorker(runtime, desired, { ...none, down }, limits), undefined)
  t.equal(fake.server('nodes', 's1')?.health, 'down')
})

t.test('an abort ends the wait', async t => {
  const { runtime } = await fakeSetup(t, desired.text)
  const aborted = AbortSignal.abort(new Error('enough'))
  await t.rejects(
    verifyWorker(
      runtime,
      desired,
      { ...none, workers: [1] },
      { timeoutMs: 60_000, signal: aborted },
    ),
    { message: 'enough' },
  )
})
