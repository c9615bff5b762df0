import { mock } from 'node:test'
import { createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import t, { type Test } from 'tap'
import { HaproxyPoller, pollIntervalMs } from '../../src/agent/poll-haproxy.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { fakeClock } from '../fake-clock.js'
import { applied, decisionOn, outcomeFact } from '../reporting/sample-facts.js'
import { configurationIn } from './fake-haproxy-place.js'

for (const [isWatched, hasNewServer, tookMs, expected] of [
  [false, false, 0, 5000],
  [true, false, 0, 1000],
  [false, true, 0, 250],
  [true, true, 0, 250],
  [false, false, 20, 10_000],
  [true, false, 20, 1000],
  [true, false, 100, 2000],
  [false, true, 100, 2000],
] as const) {
  const conditions = [isWatched && 'watched', hasNewServer && 'with a new server'].filter(Boolean)
  t.test(`the interval is ${expected} ms ${conditions.join(', ')} after ${tookMs} ms`, async t => {
    t.equal(pollIntervalMs({ isWatched, hasNewServer, reconcileMs: 5000, tookMs }), expected)
  })
}

t.test('a short reconcileMs bounds the interval of an idle agent only', async t => {
  const idle = { isWatched: false, hasNewServer: false, reconcileMs: 100, tookMs: 0 }
  t.equal(pollIntervalMs(idle), 100)
  t.equal(pollIntervalMs({ ...idle, isWatched: true }), 1000)
})

/** A poller of a fake HAProxy; its timers run when a test lets time pass. */
async function scene(t: Test) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const clock = fakeClock()
  const journal = new AgentJournal(clock, () => {})
  const poller = new HaproxyPoller(journal, clock)
  let polls = 0
  let [takesMs, isAway] = [0, false]
  const runtime = {
    ...createRuntimeClient({ socket: '/nowhere' }),
    info: async () => {
      clock.pass(takesMs)
      polls++
      if (isAway) throw new HaproxyError('timeout', 'HAProxy did not answer')
      return { version: '3.0', pid: polls, uptimeSeconds: 1 }
    },
    statistics: async () => [],
  }
  const stop = new AbortController()
  const reloader = { drift: () => ({ count: 0, last: undefined }) }
  const configuration = configurationIn('/nowhere', { reconcileMs: 5000 })
  const pipeline = { runtime, master: undefined, reloader, configuration }
  const running = poller.run(pipeline, stop.signal)
  t.teardown(async () => {
    stop.abort()
    await running
  })
  await settle()
  /** Polls within `ms`, in steps of 50 ms. */
  const pollsIn = async (ms: number) => {
    const before = polls
    await settle()
    for (let i = 0; i < ms / 50; i++) {
      clock.pass(50)
      mock.timers.tick(50)
      await settle()
    }
    return polls - before
  }
  /** Makes HAProxy slow, or away. */
  const become = (next: { takesMs: number; isAway?: boolean }) => {
    takesMs = next.takesMs
    isAway = next.isAway ?? false
  }
  return { poller, journal, pollsIn, become }
}

/** Lets every promise that is due resolve. */
const settle = () => new Promise(resolve => setImmediate(resolve))

t.test('an idle agent polls at reconcileMs', async t => {
  const { pollsIn } = await scene(t)
  t.equal(await pollsIn(20_000), 4)
})

t.test('a watching client has HAProxy polled now and each second, until it stops', async t => {
  const { poller, pollsIn } = await scene(t)
  t.equal(await pollsIn(4000), 0)
  const first = poller.watching()
  t.equal(await pollsIn(50), 1, 'polled immediately')
  t.equal(await pollsIn(5000), 5)
  const second = poller.watching()
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  t.equal(await pollsIn(5000), 5, 'another client is still watching')
  second[Symbol.dispose]()
  await pollsIn(1000)
  t.equal(await pollsIn(20_000), 4, 'the interval of before is back')
})

t.test('a change is followed by a poll, and by frequent ones until its server is seen', async t => {
  const { poller, journal, pollsIn } = await scene(t)
  const { fact } = await decisionOn({ s1: 'alive' })
  journal.dispatch(fact)
  journal.dispatch(outcomeFact(applied(1)))
  poller.pollNow()
  t.equal(await pollsIn(1000), 5)
  await pollsIn(10_000)
  t.equal(await pollsIn(10_000), 2, 'a server is not new for ever')
})

t.test(
  'a HAProxy that hangs is polled again at reconcileMs, however long a poll takes',
  async t => {
    const { journal, pollsIn, become } = await scene(t)
    become({ takesMs: 6000, isAway: true })
    t.equal(await pollsIn(20_000), 4)
    t.match(journal.record.observation, { haproxy: { reachable: false } })
    become({ takesMs: 0 })
    t.equal(await pollsIn(5000), 1)
    t.match(journal.record.observation, { haproxy: { reachable: true } })
  },
)

t.test('a round that finds otherwise has HAProxy polled within reconcileMs', async t => {
  const { journal, pollsIn, become } = await scene(t)
  become({ takesMs: 200 })
  await pollsIn(5000)
  t.equal(await pollsIn(20_000), 0, 'a slow poll is followed by a long rest')
  journal.dispatch(outcomeFact({ kind: 'deferred', cause: 'HAProxy does not answer' }))
  t.equal(await pollsIn(5000), 1)
})
