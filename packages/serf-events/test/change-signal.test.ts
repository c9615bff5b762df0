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
    for (const each of causes) changes.notify(each, 's1')
    const { cause: first, names } = await changes.due()
    t.equal(first, cause)
    t.same(names, new Map([['s1', false]]))
    changes.readEnded(1)
    changes.notifyAll('resync')
    t.match(await changes.due(), { cause: 'resync', names: undefined })
  })
}

t.test('a read that is already awaited becomes due with the first notice', async t => {
  const changes = new ChangeSignal(immediate)
  const due = changes.due()
  const before = performance.now()
  changes.notify('event', 's1')
  const { cause, detectedAt } = await due
  t.equal(cause, 'event')
  t.ok(detectedAt >= before && detectedAt <= performance.now())
})

t.test('detectedAt is the time of the first notice of a burst', async t => {
  const changes = new ChangeSignal({ quietMs: 5, maxWaitMs: 50 })
  changes.notify('event', 's1')
  const afterFirst = performance.now()
  while (performance.now() === afterFirst);
  changes.notify('log', 's1')
  const { cause, detectedAt } = await changes.due()
  t.equal(cause, 'log')
  t.ok(detectedAt <= afterFirst)
})

t.test('a whole read right after a read waits for the quiet period', async t => {
  const changes = new ChangeSignal({ quietMs: 20, maxWaitMs: 1000 })
  changes.notifyAll('initial')
  const before = performance.now()
  await changes.due()
  changes.readEnded(1)
  changes.notifyAll('refresh')
  await changes.due()
  t.ok(performance.now() - before >= 18, `${performance.now() - before} ms`)
})

t.test('names are collected while a read runs, and may be gone if one notice says so', async t => {
  const changes = new ChangeSignal(immediate)
  changes.notify('log', 's1')
  t.same((await changes.due()).names, new Map([['s1', false]]))
  changes.notify('log', 's2')
  changes.notify('event', 's3')
  changes.notify('log', 's2', true)
  changes.notify('log', 's2')
  changes.readEnded(1)
  const expected = [
    ['s2', true],
    ['s3', false],
  ] as const
  t.same((await changes.due()).names, new Map(expected))
})

t.test('more than 64 names are a whole read, and no list of them is kept', async t => {
  const changes = new ChangeSignal(immediate)
  for (let i = 0; i < 64; i++) changes.notify('log', `s${i}`)
  t.equal((await changes.due()).names?.size, 64)
  for (let i = 0; i < 100_000; i++) changes.notify('log', `s${i}`)
  changes.readEnded(1)
  t.equal((await changes.due()).names, undefined)
})

t.test('a name that is too long to ask for is a doubt', async t => {
  const changes = new ChangeSignal(immediate)
  changes.notify('log', 'x'.repeat(255))
  t.equal((await changes.due()).names?.size, 1)
  changes.notify('log', 'x'.repeat(256))
  t.match(await changes.due(), { cause: 'log', names: undefined })
})

t.test('a doubt that waits does not delay names, and keeps its own time', async t => {
  const changes = new ChangeSignal({ quietMs: 0, maxWaitMs: 600_000 })
  changes.doubt('event')
  t.match(
    await changes.due(),
    { cause: 'event', names: undefined },
    'the first one is answered at once',
  )
  changes.readEnded(1)
  changes.doubt('event')
  const afterDoubt = performance.now()
  while (performance.now() === afterDoubt);
  changes.notify('log', 's1')
  const named = await changes.due()
  t.same(named.names, new Map([['s1', false]]))
  t.ok(named.detectedAt > afterDoubt)
  changes.readEnded(1)
  changes.notifyAll('refresh')
  const whole = await changes.due()
  t.ok(whole.detectedAt <= afterDoubt, 'a whole read for another reason answers the doubt')
})

t.test('without reads by name every notice is a whole read', async t => {
  const changes = new ChangeSignal(immediate, false)
  changes.notify('log', 's1')
  t.match(await changes.due(), { cause: 'log', names: undefined })
})

t.test('a member is asked for from its notice until the end of the read', async t => {
  const changes = new ChangeSignal(immediate)
  t.notOk(changes.isAskedFor('s1'))
  changes.notify('log', 's1')
  t.ok(changes.isAskedFor('s1'))
  await changes.due()
  t.ok(changes.isAskedFor('s1'))
  t.notOk(changes.isAskedFor('s2'))
  changes.readEnded(1)
  t.notOk(changes.isAskedFor('s1'))
  changes.notifyAll('refresh')
  t.ok(changes.isAskedFor('s1'))
  await changes.due()
  t.ok(changes.isAskedFor('s1'))
  changes.readEnded(1)
  t.notOk(changes.isAskedFor('s1'))
})

t.test('the resync comes after its interval, and only the newest interval counts', async t => {
  const changes = new ChangeSignal(immediate)
  changes.resyncAfter(600_000)
  changes.resyncAfter(1)
  t.match(await changes.due(), { cause: 'resync', names: undefined })
  changes.stop()
})

t.test('an error rejects the read that is awaited, and every later one', async t => {
  const changes = new ChangeSignal(slow)
  const waiting = t.rejects(changes.due(), { message: 'first' })
  changes.fail(new Error('first'))
  changes.fail(new Error('second'))
  await waiting
  changes.notify('log', 's1')
  await t.rejects(changes.due(), { message: 'first' })
})

t.test('after a stop no timer keeps the process running', async t => {
  const before = timers()
  const changes = new ChangeSignal(slow)
  changes.notifyAll('initial')
  await changes.due()
  changes.readEnded(1)
  changes.resyncAfter(600_000)
  changes.notifyAll('log')
  changes.due().catch(() => {})
  t.equal(timers(), before + 2)
  changes.stop()
  t.equal(timers(), before)
})
