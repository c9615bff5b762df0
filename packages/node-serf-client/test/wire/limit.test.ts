import t from 'tap'
import { atLeastOne, timerMs } from '../../src/wire/limit.js'

t.test('a timeout is limited to the longest timer of Node.js', async t => {
  t.equal(timerMs(0.5), 0.5)
  t.equal(timerMs(5000), 5000)
  t.equal(timerMs(2 ** 31 - 1), 2 ** 31 - 1)
  t.equal(timerMs(2 ** 31), 2 ** 31 - 1)
  t.equal(timerMs(Infinity), 2 ** 31 - 1)
})

t.test('a timeout that is not above 0 is rejected', async t => {
  for (const ms of [0, -1, NaN]) {
    t.throws(() => timerMs(ms), {
      name: 'SerfError',
      code: 'invalid-argument',
      message: `Invalid timeoutMs: expected milliseconds above 0, got ${ms}`,
    })
  }
})

t.test('a size is rounded down, and has to be 1 or more', async t => {
  t.equal(atLeastOne('maxQueued', 1), 1)
  t.equal(atLeastOne('maxQueued', 2.9), 2)
  t.equal(atLeastOne('maxQueued', Infinity), Infinity)
  for (const size of [0, 0.9, -1, NaN]) {
    t.throws(() => atLeastOne('maxQueued', size), {
      code: 'invalid-argument',
      message: `Invalid maxQueued: expected a number of 1 or more, got ${size}`,
    })
  }
})
