import t from 'tap'
import { PollPace, pollIntervalMs } from '../../src/polling/poll-pace.js'

const idle = {
  isWatched: false,
  isContradicted: false,
  isAsked: false,
  reconcileMs: 5000,
  tookMs: 0,
}

for (const [condition, tookMs, expected] of [
  [undefined, 0, 5000],
  [undefined, 10, 10_000],
  ['isWatched', 0, 1000],
  ['isWatched', 20, 1000],
  ['isWatched', 100, 2000],
  ['isAsked', 0, 0],
  ['isAsked', 10, 10_000],
  ['isContradicted', 0, 5000],
  ['isContradicted', 200, 5000],
] as const)
  t.test(`the interval is ${expected} ms after ${tookMs} ms, ${condition ?? 'idle'}`, async t => {
    const conditions = { ...idle, ...(condition && { [condition]: true }) }
    t.equal(pollIntervalMs({ ...conditions, tookMs }), expected)
  })

t.test('a short reconcileMs bounds the interval of an idle agent only', async t => {
  t.equal(pollIntervalMs({ ...idle, reconcileMs: 100 }), 100)
  t.equal(pollIntervalMs({ ...idle, reconcileMs: 100, isWatched: true }), 1000)
})

t.test('every poll is due at first, and a poll of all servers is one of the new ones', async t => {
  const pace = new PollPace()
  t.match(pace.msLeft(0, idle), { all: -Infinity, some: -Infinity })
  pace.polled('all', { endedAt: 1000, tookMs: 0 })
  t.same(pace.msLeft(1000, idle), { all: 5000, some: 250 })
  t.equal(pace.msLeft(1000, { ...idle, newestAgeMs: 4000 }).some, 1000, 'less often with its age')
  t.equal(pace.msLeft(1000, { ...idle, isCheckAwaited: false }).some, 1000, 'after its check')
  pace.polled('some', { endedAt: 1250, tookMs: 100 })
  t.same(pace.msLeft(1250, idle), { all: 4750, some: 2000 })
  pace.reset()
  t.match(pace.msLeft(1250, idle), { all: -Infinity, some: -Infinity })
})

t.test('a poll that is asked for is due until it has run', async t => {
  const pace = new PollPace()
  pace.polled('all', { endedAt: 0, tookMs: 1 })
  pace.ask()
  t.equal(pace.msLeft(400, idle).all, 600)
  pace.polled('some', { endedAt: 500, tookMs: 1 })
  t.equal(pace.msLeft(1000, idle).all, 0)
  pace.polled('all', { endedAt: 1000, tookMs: 2 })
  t.equal(pace.msLeft(1000, idle).all, 5000)
})
