import t from 'tap'
import { createLimiter } from '../../src/socket/limiter.js'

/** Acquires a place for each name and records the order of the starts. */
function acquireAll(limiter: ReturnType<typeof createLimiter>, names: readonly string[]) {
  const started: string[] = []
  const releases = names.map(name => limiter.acquire(() => started.push(name)))
  const release = (index: number) => releases[index]?.()
  return { started, release }
}

t.test('calls start at once up to the limit, and then in their order', async t => {
  const { started, release } = acquireAll(createLimiter(2, 10), ['a', 'b', 'c', 'd'])
  t.strictSame(started, ['a', 'b'])
  release(1)
  t.strictSame(started, ['a', 'b', 'c'])
  release(0)
  t.strictSame(started, ['a', 'b', 'c', 'd'])
})

t.test('a call that is withdrawn from the queue never starts', async t => {
  const { started, release } = acquireAll(createLimiter(1, 10), ['a', 'b', 'c'])
  release(1)
  release(0)
  t.strictSame(started, ['a', 'c'])
})

t.test('a place that is released twice is given back once', async t => {
  const { started, release } = acquireAll(createLimiter(1, 10), ['a', 'b', 'c'])
  release(0)
  release(0)
  t.strictSame(started, ['a', 'b'], 'the third still waits')
})

t.test('a full queue refuses, and has room again when a call starts', async t => {
  const limiter = createLimiter(1, 1)
  const { started, release } = acquireAll(limiter, ['a', 'b'])
  t.throws(() => limiter.acquire(() => {}), {
    name: 'HaproxyError',
    code: 'overloaded',
    message: /1 run and 1 wait/,
  })
  release(0)
  t.doesNotThrow(() => limiter.acquire(() => started.push('c')))
  release(1)
  t.strictSame(started, ['a', 'b', 'c'])
})
