import type { Tidy } from 'real-components'
import t from 'tap'
import type { ServerOperation } from '../../src/plan/operation.js'
import { applyAtRuntime } from '../../src/runtime/apply-at-runtime.js'
import { createBatchPace } from '../../src/runtime/batch-pace.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const pool = 'nodes'
const add = (name: string, more = {}): ServerOperation => ({
  kind: 'add',
  pool,
  server: server(name, more),
})

const remove = (name: string): ServerOperation => ({ kind: 'remove', pool, name, cut: false })

async function applyTo(
  t: Tidy,
  operations: readonly ServerOperation[],
  options: { budgetMs?: number } = {},
) {
  const { fake, runtime } = await fakeSetup(t, desire([server('s1'), server('s2')]).text)
  const s2 = fake.server(pool, 's2')
  if (s2) s2.sessions = 1
  const batches: number[] = []
  const result = await applyAtRuntime(operations, {
    runtime,
    pace: createBatchPace(options.budgetMs),
    sizes: new Map([[pool, 2]]),
    stickyPools: new Set(),
    waiting: new Map(),
    onBatch: ms => batches.push(ms),
    signal: new AbortController().signal,
  })
  return { fake, result, batches }
}

t.test('operations that HAProxy confirms are done, those that add servers first', async t => {
  const operations: ServerOperation[] = [
    add('s3'),
    { kind: 'set-weight', pool, server: server('s1', { weight: 3 }) },
  ]
  const { fake, result, batches } = await applyTo(t, operations)
  t.strictSame(result, { unexpected: undefined, done: operations, notYetRemoved: [] })
  t.equal(batches.length, 2)
  t.match(fake.server(pool, 's3'), { admin: 'ready' })
  t.match(fake.server(pool, 's1'), { weight: 3 })
})

t.test('an unexpected reply is described with its command', async t => {
  const { result } = await applyTo(t, [add('s1')])
  t.match(result.unexpected, /^HAProxy answered "add server nodes\/s1 .*" with "Already exists/)
})

t.test('after a batch with an unexpected reply no other batch is sent', async t => {
  const { fake, result, batches } = await applyTo(t, [add('s1'), add('s3')], { budgetMs: 0 })
  t.match(result.unexpected, /Already exists/)
  t.equal(batches.length, 1)
  t.equal(fake.server(pool, 's3'), undefined)
})

t.test('one addition is one batch', async t => {
  const { batches } = await applyTo(t, [add('s3')])
  t.equal(batches.length, 1)
})

t.test('an addition that is refused leaves all that takes traffic as it was', async t => {
  const operations: ServerOperation[] = [
    { kind: 'set-weight', pool, server: server('s1', { weight: 3 }) },
    add('s3'),
    add('s1'),
  ]
  const { fake, result } = await applyTo(t, operations)
  t.match(result.unexpected, /Already exists/)
  t.match(fake.server(pool, 's1'), { weight: 10 })
  t.match(fake.server(pool, 's3'), { admin: 'maint' })
})

t.test('a server with sessions is not removed yet, and the others are', async t => {
  const { fake, result } = await applyTo(t, [remove('s1'), remove('s2')])
  t.strictSame(result, {
    unexpected: undefined,
    done: [remove('s1')],
    notYetRemoved: ['nodes/s2'],
  })
  t.equal(fake.server(pool, 's1'), undefined)
  t.match(fake.server(pool, 's2'), { admin: 'maint' })
})

t.test('expensive changes are sent in several batches', async t => {
  const operations = ['a', 'b', 'c'].map(name => add(name))
  const { result, batches } = await applyTo(t, operations, { budgetMs: 0 })
  t.equal(batches.length, 6, 'one command each')
  t.strictSame(result.done, operations)
})

t.test('nothing to do sends nothing', async t => {
  const { fake, result } = await applyTo(t, [])
  t.strictSame(result.done, [])
  t.strictSame(fake.commands, [])
})
