import t from 'tap'
import { ChangeSignal } from '../src/change-signal.js'

const immediate = { quietMs: 0, maxWaitMs: 0 }
const slow = { quietMs: 600_000, maxWaitMs: 600_000 }

/** Returns the number of timers that keep the process running. */
const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

for (const [causes, cause] of [
  [['event', 'log'], 'log'],
  [['log', 'event'], 'log'],
  [['resync', 'log', 'resync'], 'log'],
  [['event', 'resync'], 'event'],
] as const) {
  t.test(`a burst of ${causes.join(', ')} has the cause ${cause}, for one read only`, async t => {
    const changes = new ChangeSignal(immediate)
    for (const each of causes) changes.notify(each)
    t.equal((await changes.due()).cause, cause)
    changes.readStarted()
    changes.notify('resync')
    t.equal((await changes.due()).cause, 'resync')
  })
}

t.test('a read that is already awaited becomes due with the first notice', async t => {
  const changes = new ChangeSignal(immediate)
  const due = changes.due()
  const before = performance.now()
  changes.notify('event')
  const { cause, detectedAt } = await due
  t.equal(cause, 'event')
  t.ok(detectedAt >= before && detectedAt <= performance.now())
})

t.test('detectedAt is the time of the first notice of a burst', async t => {
  const changes = new ChangeSignal({ quietMs: 5, maxWaitMs: 50 })
  changes.readStarted()
  changes.notify('event')
  const afterFirst = performance.now()
  while (performance.now() === afterFirst);
  changes.notify('log')
  const { cause, detectedAt } = await changes.due()
  t.equal(cause, 'log')
  t.ok(detectedAt <= afterFirst)
})

t.test('a notice right after a read waits for the quiet period', async t => {
  const changes = new ChangeSignal({ quietMs: 20, maxWaitMs: 1000 })
  changes.readStarted()
  const before = performance.now()
  changes.notify('log')
  await changes.due()
  t.ok(performance.now() - before >= 18, `${performance.now() - before} ms`)
})

t.test('an error rejects the read that is awaited, and every later one', async t => {
  const changes = new ChangeSignal(slow)
  const waiting = t.rejects(changes.due(), { message: 'first' })
  changes.fail(new Error('first'))
  changes.fail(new Error('second'))
  await waiting
  changes.notify('log')
  await t.rejects(changes.due(), { message: 'first' })
})

t.test('after a stop no timer keeps the process running', async t => {
  const before = timers()
  const changes = new ChangeSignal(slow)
  changes.readStarted()
  changes.notify('log')
  changes.due().catch(() => {})
  t.equal(timers(), before + 1)
  changes.stop()
  t.equal(timers(), before)
})
