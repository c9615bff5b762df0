import t from 'tap'
import { timeline } from '../../src/reporting/timeline.js'

const thawed = (text: string) => ({ kind: 'thawed' as const, text })

t.test('the timeline is bounded, and can be followed from any number', async t => {
  let now = 100
  const { timeline: events, add } = timeline(3, () => now++)
  const stop = new AbortController()
  const seen: number[] = []
  const following = (async () => {
    for await (const { seq } of events.follow({ signal: stop.signal }))
      if (seen.push(seq) === 4) stop.abort()
  })()
  for (let i = 0; i < 5; i++) {
    add(thawed(String(i)))
    await new Promise(resolve => setImmediate(resolve))
  }
  await following
  t.same(seen, [1, 2, 3, 4])
  t.same(
    events.entries().map(({ seq, at }) => [seq, at]),
    [
      [3, 102],
      [4, 103],
      [5, 104],
    ],
  )
  t.same(
    events.entries({ since: 4 }).map(({ seq }) => seq),
    [5],
  )
  for await (const { seq } of events.follow({ since: 0 })) {
    t.equal(seq, 3, 'dropped entries are missing')
    break
  }
})

t.test('an entry has the event, a number from 1 and the time', async t => {
  const { add } = timeline(3, () => 77)
  t.same(add(thawed('a')), { seq: 1, at: 77, kind: 'thawed', text: 'a' })
  t.equal(add(thawed('b')).seq, 2)
})

t.test('by default a follower gets future entries only', async t => {
  const { timeline: events, add } = timeline(10, () => 0)
  add(thawed('before'))
  const next = events.follow()[Symbol.asyncIterator]().next()
  add(thawed('after'))
  t.match(await next, { value: { seq: 2, text: 'after' } })
})

t.test('a burst reaches a follower whole and in order', async t => {
  const { timeline: events, add } = timeline(10, () => 0)
  const texts: string[] = []
  for (const text of ['a', 'b', 'c']) add(thawed(text))
  for await (const { text } of events.follow({ since: 1 })) {
    texts.push(text)
    // Added while the follower reads.
    if (text === 'b') add(thawed('d'))
    if (text === 'd') break
  }
  t.same(texts, ['b', 'c', 'd'])
})

t.test('an abort ends followers that wait, and followers that read', async t => {
  const { timeline: events, add } = timeline(10, () => 0)
  const stop = new AbortController()
  const waiting = events.follow({ signal: stop.signal })[Symbol.asyncIterator]().next()
  stop.abort()
  t.match(await waiting, { done: true })
  add(thawed('a'))
  add(thawed('b'))
  const reading = new AbortController()
  const seen: number[] = []
  for await (const { seq } of events.follow({ since: 0, signal: reading.signal })) {
    seen.push(seq)
    reading.abort()
  }
  t.same(seen, [1])
  t.match(await events.follow({ signal: AbortSignal.abort() })[Symbol.asyncIterator]().next(), {
    done: true,
  })
})

t.test('long entries are bounded by their size, and the newest is kept', async t => {
  const { timeline: events, add } = timeline(100, () => 0, 1000)
  for (let n = 0; n < 10; n++) add(thawed('x'.repeat(300)))
  t.same(
    events.entries().map(({ seq }) => seq),
    [9, 10],
  )
  add(thawed('x'.repeat(5000)))
  t.same(
    events.entries().map(({ seq }) => seq),
    [11],
  )
  add(thawed('short'))
  add(thawed('short'))
  t.same(
    events.entries().map(({ seq }) => seq),
    [12, 13],
  )
})
