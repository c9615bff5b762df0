import { SerfError } from 'node-serf-client'
import t from 'tap'
import { Doorbell } from '../src/doorbell.js'

function timers(): number {
  return process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
}

const patient = { quietMs: 60_000, maxWaitMs: 60_000 }

t.test('a ring after a silence is due at once, with its cause', async t => {
  const bell = new Doorbell(patient)
  const due = bell.due()
  bell.ring('doorbell')
  t.equal((await due).cause, 'doorbell')
})

t.test('a ring before anybody waits is not lost', async t => {
  const bell = new Doorbell(patient)
  bell.ring('stream')
  bell.ring('doorbell')
  const between = performance.now()
  bell.ring('resync')
  const { cause, rungAt } = await bell.due()
  t.equal(cause, 'stream', 'the first ring gives the cause')
  t.ok(rungAt <= between, 'and the time')
})

t.test('a read answers every ring before it', async t => {
  const bell = new Doorbell({ quietMs: 0, maxWaitMs: 0 })
  bell.ring('stream')
  bell.answered()
  const due = bell.due()
  bell.ring('resync')
  t.equal((await due).cause, 'resync')
})

t.test('rings right behind a read are gathered for quietMs', async t => {
  const bell = new Doorbell({ quietMs: 20, maxWaitMs: 60_000 })
  bell.answered()
  const since = performance.now()
  bell.ring('doorbell')
  await bell.due()
  t.ok(performance.now() - since >= 20)
})

t.test('a steady drip is due within maxWaitMs', async t => {
  const bell = new Doorbell({ quietMs: 60_000, maxWaitMs: 20 })
  bell.answered()
  const drip = setInterval(() => bell.ring('doorbell'), 1)
  t.teardown(() => clearInterval(drip))
  t.equal((await bell.due()).cause, 'doorbell')
})

t.test('whoever waits, now or later, is told that nothing can ring any more', async t => {
  const bell = new Doorbell(patient)
  const rejection = t.rejects(bell.due(), { code: 'closed', message: 'first' })
  bell.fail(new SerfError('closed', 'first'))
  bell.fail(new SerfError('closed', 'second'))
  await rejection
  bell.ring('doorbell')
  await t.rejects(bell.due(), { message: 'first' })
})

t.test('a silenced bell leaves no timer behind', async t => {
  const before = timers()
  const bell = new Doorbell(patient)
  bell.answered()
  bell.ring('doorbell')
  const due = t.rejects(bell.due(), { message: 'over' })
  t.equal(timers(), before + 1)
  bell.silence()
  t.equal(timers(), before)
  bell.fail(new Error('over'))
  await due
})
