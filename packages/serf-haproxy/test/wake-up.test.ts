import { getEventListeners } from 'node:events'
import t from 'tap'
import { WakeUp } from '../src/wake-up.js'

const hourMs = 3_600_000

t.test('a ring cuts a sleep short', async t => {
  const wakeUp = new WakeUp()
  const sleeping = wakeUp.sleep(hourMs, new AbortController().signal)
  wakeUp.wake()
  await t.resolves(sleeping)
})

t.test('a wake-up without a sleeper ends the next sleep at once, and only that one', async t => {
  const wakeUp = new WakeUp()
  const { signal } = new AbortController()
  wakeUp.wake()
  wakeUp.wake()
  await t.resolves(wakeUp.sleep(hourMs, signal))
  let isAwake = false
  const sleeping = wakeUp.sleep(hourMs, signal).then(() => (isAwake = true))
  await new Promise(resolve => setImmediate(resolve))
  t.equal(isAwake, false)
  wakeUp.wake()
  await sleeping
})

t.test('an abort cuts a sleep short, and a sleep leaves no listener behind', async t => {
  const wakeUp = new WakeUp()
  const stop = new AbortController()
  await wakeUp.sleep(1, stop.signal)
  t.equal(getEventListeners(stop.signal, 'abort').length, 0)
  const sleeping = wakeUp.sleep(hourMs, stop.signal)
  stop.abort()
  await t.resolves(sleeping)
  await t.resolves(wakeUp.sleep(hourMs, stop.signal))
})
