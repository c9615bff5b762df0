import t from 'tap'
import { RecordQueue } from '../src/connection/record-queue.js'
import { SerfError } from '../src/serf-error.js'

function queue(limit = 3): { records: RecordQueue<number>; left: () => number } {
  let left = 0
  const hooks = { limit, onEnd: () => {}, onLeft: () => void left++ }
  return { records: new RecordQueue<number>(hooks), left: () => left }
}

t.test('records come in the order in which they were pushed', async t => {
  const { records } = queue()
  const waiting = [records.next(), records.next()]
  for (const record of [1, 2, 3, 4]) records.push(record)
  const found = await Promise.all([...waiting, records.next(), records.next()])
  t.same(
    found.map(({ value }): unknown => value),
    [1, 2, 3, 4],
  )
})

t.test('a slow reader loses the oldest records and is told how many', async t => {
  const { records } = queue(3)
  for (const record of [1, 2, 3, 4, 5]) records.push(record)
  t.equal(records.missed, 2)
  records.end()
  const found: number[] = []
  for await (const record of records) found.push(record)
  t.same(found, [3, 4, 5])
})

t.test('a record that is falsy is a record', async t => {
  const { records } = queue()
  records.push(0)
  t.same(await records.next(), { value: 0, done: false })
})

t.test('what is queued can be read before the error that ended the stream', async t => {
  const { records } = queue()
  const failure = new SerfError('closed', 'gone')
  records.push(1)
  records.end(failure)
  records.push(2)
  t.same(await records.next(), { value: 1, done: false })
  await t.rejects(records.next(), failure)
  t.same(await records.next(), { value: undefined, done: true }, 'the error is told once')
})

t.test('whoever waits when the stream ends is told', async t => {
  const failing = queue().records
  const first = t.rejects(failing.next(), { code: 'closed' })
  const second = failing.next()
  failing.end(new SerfError('closed', 'gone'))
  await first
  t.same(await second, { value: undefined, done: true }, 'the error is told once')

  const ending = queue().records
  const next = ending.next()
  ending.end()
  t.same(await next, { value: undefined, done: true })
})

t.test('breaking out of the loop tells the source, once', async t => {
  const { records, left } = queue()
  for (const record of [1, 2]) records.push(record)
  for await (const record of records) {
    t.equal(record, 1)
    break
  }
  await records.return()
  t.equal(left(), 1)
  t.same(await records.next(), { value: undefined, done: true }, 'nothing is left to read')
})

t.test('a stream that has ended is not left a second time', async t => {
  const { records, left } = queue()
  records.end(new SerfError('closed', 'gone'))
  records.end()
  await records.return()
  t.equal(left(), 0)
})

t.test('leaving frees whoever waits for a record', async t => {
  const { records } = queue()
  const next = records.next()
  await records.return()
  t.same(await next, { value: undefined, done: true })
})

t.test('a stream that fails on the side of its reader ends at once', async t => {
  const { records, left } = queue()
  records.push(1)
  records.fail(new SerfError('protocol', 'nonsense'))
  records.fail(new SerfError('protocol', 'more nonsense'))
  await t.rejects(records.next(), { message: 'nonsense' }, 'what was queued is lost')
  t.equal(left(), 1)
})

t.test('its owner hears of the end once, however it ends', async t => {
  let ends = 0
  const hooks = { limit: 1, onEnd: () => void ends++, onLeft: () => {} }
  const records = new RecordQueue<number>(hooks)
  await records.return()
  records.end()
  records.fail(new Error('late'))
  t.equal(ends, 1)
})
