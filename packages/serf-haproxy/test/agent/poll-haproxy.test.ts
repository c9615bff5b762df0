import { mock } from 'node:test'
import { createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import t, { type Test } from 'tap'
import { HaproxyPoller } from '../../src/agent/poll-haproxy.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { fakeClock } from '../fake-clock.js'
import { applied, decisionOn, outcomeFact } from '../reporting/sample-facts.js'
import { serverStatistics } from '../sample-server-statistics.js'
import { configurationIn } from './fake-haproxy-place.js'

/** A poller of a fake HAProxy; its timers run when a test lets time pass. */
async function scene(t: Test) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const clock = fakeClock()
  const journal = new AgentJournal(clock, () => {})
  const poller = new HaproxyPoller(journal, clock)
  let [polls, reads] = [0, 0]
  let [takesMs, isAway] = [0, false]
  const runtime = {
    ...createRuntimeClient({ socket: '/nowhere' }),
    info: async () => {
      clock.pass(takesMs)
      polls++
      if (isAway) throw new HaproxyError('timeout', 'HAProxy did not answer')
      return { version: '3.0', pid: polls, uptimeSeconds: 1 }
    },
    statistics: async () => {
      reads++
      return []
    },
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
  /** Polls of new servers only, within `ms`. */
  const pollsOfNewIn = async (ms: number) => {
    const before = reads
    const ofAll = await pollsIn(ms)
    return reads - before - ofAll
  }
  /** Makes HAProxy slow, or away. */
  const become = (next: { takesMs: number; isAway?: boolean }) => {
    takesMs = next.takesMs
    isAway = next.isAway ?? false
  }
  return { poller, journal, pollsIn, pollsOfNewIn, become }
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

/** Reports a server that HAProxy has got. */
async function addServer(journal: AgentJournal): Promise<void> {
  const { fact } = await decisionOn({ s1: 'alive' })
  journal.dispatch(fact)
  journal.dispatch(outcomeFact(applied(1)))
}

t.test('a change is followed by a poll, and by frequent ones of its server only', async t => {
  const { poller, journal, pollsIn, pollsOfNewIn } = await scene(t)
  await addServer(journal)
  poller.pollNow()
  t.equal(await pollsIn(50), 1)
  t.equal(await pollsOfNewIn(1000), 4)
  const server = serverStatistics('s1', { check: 'L4OK', totalSessions: 1 })
  journal.dispatch({ kind: 'statistics', servers: [server] })
  t.equal(await pollsOfNewIn(5000), 0, 'a server that was seen is not new')
})

t.test('a server is not new for ever', async t => {
  const { poller, journal, pollsOfNewIn } = await scene(t)
  await addServer(journal)
  poller.pollNow()
  const polls = await pollsOfNewIn(10_000)
  t.ok(polls > 8 && polls < 25, `${polls} polls, ever less often`)
  t.equal(await pollsOfNewIn(10_000), 0)
})

t.test('after a change, no expensive poll follows at once', async t => {
  const { poller, journal, pollsIn, become } = await scene(t)
  become({ takesMs: 50 })
  await pollsIn(5000)
  await addServer(journal)
  poller.pollNow()
  t.equal(await pollsIn(45_000), 0)
  t.equal(await pollsIn(5000), 1, 'it takes at most 0.1 % of the time')
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
