import t from 'tap'
import { interrupted, WholeComparison } from '../../src/reconcile/whole-comparison.js'

t.test('whole comparisons take at most a thousandth of the time', async t => {
  const whole = new WholeComparison()
  t.ok(whole.isDue(0), 'the first one')
  whole.done(1000, 10)
  t.notOk(whole.isDue(10_999))
  t.ok(whole.isDue(11_000))
})

t.test('after a doubt the next comparison is a whole one', async t => {
  const whole = new WholeComparison()
  whole.done(1000, 10)
  whole.doubt()
  t.ok(whole.isDue(1001))
})

/** Reads in a comparison whose newer task waits already, or comes during the read. */
function readSetup() {
  const whole = new WholeComparison()
  const stop = new AbortController()
  const newer = new AbortController()
  newer.abort(new Error('newer'))
  const limits = { signal: stop.signal, newer: newer.signal }
  const read = async (isBound = false) =>
    whole.interruptible(limits, isBound, async signal => {
      signal.throwIfAborted()
      return 'read'
    })
  return { whole, stop, limits, read }
}

t.test('a newer task interrupts three reads in a row, and not the next one', async t => {
  const { whole, read } = readSetup()
  for (const expected of [interrupted, interrupted, interrupted, 'read', 'read'])
    t.equal(await read(), expected)
  whole.done(0, 1)
  t.equal(await read(), interrupted, 'again after a whole comparison')
})

t.test('a read that has to come first is not interrupted', async t => {
  const { read } = readSetup()
  t.equal(await read(true), 'read')
})

t.test('errors of a read, and the end of the task, are no interruption', async t => {
  const { whole, stop, limits, read } = readSetup()
  const error = new Error('no answer')
  await t.rejects(
    whole.interruptible(limits, false, () => Promise.reject(error)),
    error,
  )
  const end = new Error('end')
  stop.abort(end)
  await t.rejects(read(), end)
})
