import t from 'tap'
import { RecordQueue } from '../../src/connection/record-queue.js'
import { SerfError } from '../../src/serf-error.js'

function queue(limit = 3): { records: RecordQueue<number>; returns: () => number } {
  let returns = 0
  const hooks = { limit, byteLimit: 1000, onEnd: () => {}, onReturn: () => void returns++ }
  return { records: new RecordQueue<number>(hooks), returns: () => returns }
}

t.test('records are read in the order in which they were pushed', async t => {
  const { records } = queue()
  const waiting = [records.next(), records.next()]
  for (const record of [1, 2, 3, 4]) records.push(record, 1)
  const found = await Promise.all([...waiting, records.next(), records.next()])
  t.same(
    found.map(({ value }): unknown => value),
    [1, 2, 3, 4],
  )
})

t.test('a slow reader loses the oldest records, and missed counts them', async t => {
  const { records } = queue(3)
  for (const record of [1, 2, 3, 4, 5]) records.push(record, 1)
  t.equal(records.missed, 2)
  records.end()
  const found: number[] = []
  for await (const record of records) found.push(record)
  t.same(found, [3, 4, 5])
})

t.test('a falsy record is delivered like any other', async t => {
  const { records } = queue()
  records.push(0, 1)
  t.same(await records.next(), { value: 0, done: false })
})

t.test('queued records can be read before the error that ended the stream', async t => {
  const { records } = queue()
  const failure = new SerfError('closed', 'gone')
  records.push(1, 1)
  records.end(failure)
  records.push(2, 1)
  t.same(await records.next(), { value: 1, done: false })
  await t.rejects(records.next(), failure)
  t.same(await records.next(), { value: undefined, done: true }, 'the error is delivered once')
})

t.test('the end of the stream resolves or rejects waiting reads', async t => {
  const failing = queue().records
  const first = t.rejects(failing.next(), { code: 'closed' })
  const second = failing.next()
  failing.end(new SerfError('closed', 'gone'))
  await first
  t.same(await second, { value: undefined, done: true }, 'the error is delivered once')

  const ending = queue().records
  const next = ending.next()
  ending.end()
  t.same(await next, { value: undefined, done: true })
})

t.test('breaking out of the loop calls onReturn once', async t => {
  const { records, returns } = queue()
  for (const record of [1, 2]) records.push(record, 1)
  for await (const record of records) {
    t.equal(record, 1)
    break
  }
  await records.return()
  t.equal(returns(), 1)
  t.same(await records.next(), { value: undefined, done: true }, 'no record is left')
})

t.test('after the end of the stream onReturn is not called', async t => {
  const { records, returns } = queue()
  records.end(new SerfError('closed', 'gone'))
  records.end()
  await records.return()
  t.equal(returns(), 0)
})

t.test('leaving resolves a waiting read', async t => {
  const { records } = queue()
  const next = records.next()
  await records.return()
  t.same(await next, { value: undefined, done: true })
})

t.test("a stream that fails on its reader's side ends at once", async t => {
  const { records, returns } = queue()
  records.push(1, 1)
  records.fail(new SerfError('protocol', 'invalid'))
  records.fail(new SerfError('protocol', 'also invalid'))
  await t.rejects(records.next(), { message: 'invalid' }, 'queued records are discarded')
  t.equal(returns(), 1)
})

t.test(
  'unread records have a limited size, and the newest one is kept whatever its size',
  async t => {
    const hooks = { limit: 100, byteLimit: 10, onEnd: () => {}, onReturn: () => {} }
    const records = new RecordQueue<string>(hooks)
    for (const record of ['a', 'b', 'c']) records.push(record, 4)
    t.equal(records.missed, 1)
    t.match(await records.next(), { value: 'b' })
    records.push('d', 6)
    t.equal(records.missed, 1, 'the size of a record that was read is free again')
    records.push('large', 1000)
    t.equal(records.missed, 3)
    t.match(await records.next(), { value: 'large' })
  },
)

t.test('onEnd is called once for any kind of end', async t => {
  let ends = 0
  const hooks = { limit: 1, byteLimit: 1, onEnd: () => void ends++, onReturn: () => {} }
  const records = new RecordQueue<number>(hooks)
  await records.return()
  records.end()
  records.fail(new Error('late'))
  t.equal(ends, 1)
})
