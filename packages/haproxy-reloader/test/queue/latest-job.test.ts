import { setImmediate as turn } from 'node:timers/promises'
import { until } from 'real-components'
import t from 'tap'
import { LatestJob } from '../../src/queue/latest-job.js'

/** A job whose runs end when the test says so. */
function steered() {
  const begun: string[] = []
  const ends: ((error?: Error) => void)[] = []
  const job = new LatestJob<string, string>(
    input =>
      new Promise((resolve, reject) => {
        begun.push(input)
        ends.push(error => (error ? reject(error) : resolve(`did ${input}`)))
      }),
    'superseded',
  )
  const end = async (error?: Error) => {
    const settle = await until('a run', () => ends.shift())
    settle(error)
  }
  return { job, begun, end }
}

t.test('one job runs at a time', async t => {
  const { job, begun, end } = steered()
  const a = job.run('a')
  const b = job.run('b')
  t.strictSame(begun, ['a'])
  await end()
  t.equal(await a, 'did a')
  await end()
  t.equal(await b, 'did b')
  t.strictSame(begun, ['a', 'b'])
})

t.test(
  'of the waiting jobs only the newest is kept, and the others are superseded at once',
  async t => {
    const { job, begun, end } = steered()
    const a = job.run('a')
    const b = job.run('b')
    const c = job.run('c')
    const d = job.run('d')
    t.strictSame(await Promise.all([b, c]), ['superseded', 'superseded'])
    await end()
    await a
    await end()
    t.equal(await d, 'did d')
    t.strictSame(begun, ['a', 'd'])
  },
)

t.test('a job that fails rejects its own call, and the next one runs', async t => {
  const { job, end } = steered()
  const a = job.run('a')
  const b = job.run('b')
  const rejected = t.rejects(a, { message: 'no' })
  await end(new Error('no'))
  await rejected
  await end()
  t.equal(await b, 'did b')
})

t.test('a job can be scheduled again, and idle waits for it', async t => {
  const begun: string[] = []
  const job = new LatestJob<string, void>(async input => {
    begun.push(input)
    if (begun.length < 3) job.again(input, 1)
  }, undefined)
  await job.run('a')
  await job.idle()
  t.strictSame(begun, ['a', 'a', 'a'])
})

t.test('a failure of a scheduled job is dropped, and ends it', async t => {
  let runs = 0
  const job = new LatestJob<string, void>(async () => {
    if (++runs === 2) throw new Error('no')
  }, undefined)
  await job.run('a')
  job.again('a', 1)
  await job.idle()
  t.equal(runs, 2)
})

t.test('a new job replaces a scheduled one', async t => {
  const { job, begun, end } = steered()
  job.again('old', 1)
  const fresh = job.run('new')
  await end()
  await fresh
  await job.idle()
  t.strictSame(begun, ['new'])
})

t.test('no job is scheduled while a newer one waits', async t => {
  const begun: string[] = []
  const job = new LatestJob<string, void>(async input => {
    begun.push(input)
    if (input === 'a') {
      // The newer one comes in the middle of this one.
      await turn()
      newer = job.run('b')
      job.again('a', 0)
    }
  }, undefined)
  let newer: Promise<void> | undefined
  await job.run('a')
  await newer
  await job.idle()
  t.strictSame(begun, ['a', 'b'])
})

t.test('a new queue is idle', async t => {
  await t.resolves(steered().job.idle())
})

t.test('closing drops the waiting job and resolves when the running one has ended', async t => {
  const { job, begun, end } = steered()
  const a = job.run('a')
  const b = job.run('b')
  const idle = job.idle()
  const closed = job.close()
  t.equal(await b, 'superseded')
  await end()
  t.equal(await a, 'did a')
  await closed
  await idle
  t.strictSame(begun, ['a'])
})

t.test('after closing no job is scheduled', async t => {
  const begun: string[] = []
  const job = new LatestJob<string, void>(async input => {
    begun.push(input)
    job.again(input, 0)
  }, undefined)
  const a = job.run('a')
  await job.close()
  await a
  await job.idle()
  t.strictSame(begun, ['a'])
})

t.test('an aborted call that waits is withdrawn, and the others continue', async t => {
  const { job, begun, end } = steered()
  const withdrawn = new AbortController()
  const a = job.run('a')
  const b = job.run('b', withdrawn.signal)
  const rejected = t.rejects(b, { message: 'enough' })
  withdrawn.abort(new Error('enough'))
  await rejected
  await end()
  t.equal(await a, 'did a')
  await job.idle()
  t.strictSame(begun, ['a'])
  t.throws(() => job.run('c', withdrawn.signal), { message: 'enough' })
})

t.test('a signal that aborts after a newer call replaced its own has no effect', async t => {
  const { job, begun, end } = steered()
  const late = new AbortController()
  const a = job.run('a')
  const b = job.run('b', late.signal)
  const c = job.run('c')
  late.abort()
  t.equal(await b, 'superseded')
  await end()
  await a
  await end()
  t.equal(await c, 'did c')
  t.strictSame(begun, ['a', 'c'])
})

t.test('a running job is signalled that a newer one waits', async t => {
  const seen: boolean[] = []
  const job = new LatestJob<string, void>(async (_, { newer }) => {
    await turn()
    seen.push(newer.aborted)
  }, undefined)
  await Promise.all([job.run('a'), job.run('b')])
  t.strictSame(seen, [true, false])
})

t.test('a retry counts as idle, still runs, and yields to a call', async t => {
  const { job, begun, end } = steered()
  job.retry('a', 1)
  await job.idle()
  await until('the retry', () => begun.length > 0)
  await end()
  job.retry('b', 60_000)
  const c = job.run('c')
  await end()
  await c
  t.strictSame(begun, ['a', 'c'])
})
