import { getEventListeners } from 'node:events'
import t from 'tap'
import { addAbortCallback } from '../../src/connection/abort-listeners.js'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

t.test('all callbacks of a signal are called once, in their order', async t => {
  const abort = new AbortController()
  const called: number[] = []
  for (const i of [1, 2, 3]) addAbortCallback(abort.signal, () => called.push(i))
  t.same(called, [])
  abort.abort()
  t.same(called, [1, 2, 3])
  abort.abort()
  t.same(called, [1, 2, 3])
})

t.test('a callback that was removed is not called', async t => {
  const abort = new AbortController()
  const called: string[] = []
  const remove = addAbortCallback(abort.signal, () => called.push('removed'))
  addAbortCallback(abort.signal, () => called.push('kept'))
  remove()
  remove()
  abort.abort()
  t.same(called, ['kept'])
})

t.test('any number of callbacks needs one listener, which goes with the last', async t => {
  const { signal } = new AbortController()
  const removers = Array.from({ length: 100 }, () => addAbortCallback(signal, () => {}))
  t.equal(listeners(signal), 1)
  for (const remove of removers.slice(1)) remove()
  t.equal(listeners(signal), 1)
  removers[0]?.()
  t.equal(listeners(signal), 0)
})

t.test('after the last callback was removed, a new one is called', async t => {
  const abort = new AbortController()
  const called: string[] = []
  const removeFirst = addAbortCallback(abort.signal, () => called.push('first'))
  removeFirst()
  addAbortCallback(abort.signal, () => called.push('second'))
  removeFirst()
  abort.abort()
  t.same(called, ['second'])
  t.equal(listeners(abort.signal), 0)
})

t.test('callbacks that remove themselves and others during the abort are safe', async t => {
  const abort = new AbortController()
  const called: string[] = []
  const removeFirst = addAbortCallback(abort.signal, () => {
    removeFirst()
    removeSecond()
    called.push('first')
  })
  const removeSecond = addAbortCallback(abort.signal, () => called.push('second'))
  addAbortCallback(abort.signal, () => called.push('third'))
  abort.abort()
  t.same(called, ['first', 'third'])
})

t.test('signals do not affect each other', async t => {
  const [one, other] = [new AbortController(), new AbortController()]
  const called: string[] = []
  addAbortCallback(one.signal, () => called.push('one'))
  addAbortCallback(other.signal, () => called.push('other'))
  one.abort()
  t.same(called, ['one'])
})
