import t from 'tap'
import { LatestSlot } from '../src/latest-slot.js'

const end = { value: undefined, done: true }

t.test('a slow reader gets the newest value only', async t => {
  const slot = new LatestSlot<number>()
  for (const value of [1, 2, 3]) slot.put(value)
  t.same(await slot.next(), { value: 3, done: false })
  const next = slot.next()
  slot.put(4)
  slot.put(5)
  t.same(await next, { value: 4, done: false }, 'a waiting reader gets the next value')
  t.same(await slot.next(), { value: 5, done: false })
})

t.test('undefined is delivered like any value', async t => {
  const slot = new LatestSlot<undefined>()
  slot.put(undefined)
  t.same(await slot.next(), { value: undefined, done: false })
})

t.test('after the end the last value can be read, and no value can be added', async t => {
  const slot = new LatestSlot<number>()
  slot.put(1)
  slot.end()
  slot.put(2)
  const found: number[] = []
  for await (const value of slot) found.push(value)
  t.same(found, [1])
  t.same(await slot.next(), end)
})

t.test('the end resolves a waiting read', async t => {
  const slot = new LatestSlot<number>()
  const next = slot.next()
  slot.end()
  t.same(await next, end)
})

t.test('leaving the loop discards the unread value', async t => {
  const slot = new LatestSlot<number>()
  slot.put(1)
  for await (const value of slot) {
    t.equal(value, 1)
    slot.put(2)
    break
  }
  t.same(await slot.next(), end)
})
