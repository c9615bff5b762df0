import t from 'tap'
import { fakeAgent } from '../fake-agent.js'
import { fakeClock } from '../fake-clock.js'
import { noop } from '../reporting/sample-facts.js'
import { stateWith } from '../sample-state.js'
import type { Assignments } from '../../src/supervisor/assignments.js'
import { SupervisorReport } from '../../src/supervisor/supervisor-report.js'

/** The state of an agent that follows. */
const following = stateWith({ outcome: { kind: 'unchanged', plan: noop } })

function reportOf(state = stateWith()) {
  const clock = fakeClock()
  const fake = fakeAgent(state)
  const sent: Assignments[] = []
  let lines = 0
  const report = new SupervisorReport({
    agent: fake.agent,
    descriptor: { ready: () => void lines++ },
    systemd: {
      send: message => void (Object.keys(message).length > 0 && sent.push(message)),
      flushed: () => Promise.resolve(),
    },
    longestRoundMs: () => 1000,
    now: clock.now,
  })
  return { ...fake, clock, sent, report, lines: () => lines }
}

t.test('an agent that is not ready says why, once', async t => {
  const { report, sent, lines } = reportOf()
  report.update()
  report.update()
  t.strictSame(sent, [{ STATUS: 'not ready: no configuration is applied yet' }])
  t.equal(lines(), 0)
  t.notOk(report.isReady)
})

t.test('an agent that becomes ready reports it once, on the descriptor too', async t => {
  const { report, sent, set, lines } = reportOf()
  report.update()
  set(following)
  report.update()
  set({ serf: { address: '127.0.0.1:7373', connected: false, error: 'refused\nREADY=1' } })
  report.update()
  set(following)
  report.update()
  t.match(sent.slice(1), [
    { READY: '1', STATUS: 'following: 0 servers in 0 pools' },
    { STATUS: /^not ready: the Serf agent at 127\.0\.0\.1:7373 does not answer: refused READY=1$/ },
    { STATUS: 'following: 0 servers in 0 pools' },
  ])
  t.equal(lines(), 1)
})

t.test('a frozen agent is ready, and its status says that it is frozen', async t => {
  const frozen = { mode: 'frozen', frozen: { since: 0, reason: 'by hand' } } as const
  const { report, sent } = reportOf({ ...following, ...frozen })
  report.update()
  t.strictSame(sent, [{ READY: '1', STATUS: 'frozen: 0 servers in 0 pools; frozen: by hand' }])
})

t.test('signs of life end when no round ends for too long, and begin again after one', async t => {
  const { report, sent, clock, endRound } = reportOf()
  const alive = () => {
    sent.length = 0
    report.reportAlive()
    return sent.length === 1
  }
  clock.pass(1000)
  t.ok(alive())
  clock.pass(1)
  t.notOk(alive())
  endRound()
  t.ok(alive())
  clock.pass(1000)
  t.ok(alive())
  clock.pass(1)
  t.notOk(alive())
})

t.test('a start that goes on asks for time, unless it hangs, and not after it', async t => {
  const { report, sent, set, clock } = reportOf()
  report.extendStart()
  clock.pass(1001)
  report.extendStart()
  set(following)
  report.update()
  report.extendStart()
  t.match(sent, [{ EXTEND_TIMEOUT_USEC: '30000000' }, { READY: '1' }])
  t.equal(sent.length, 2)
})

t.test(
  'a reload is reported from its begin to its end, but not before the agent is ready',
  async t => {
    const { report, sent, set } = reportOf()
    report.reloading()()
    t.strictSame(sent, [])
    set(following)
    report.update()
    const end = report.reloading()
    report.reloading()()
    end()
    t.strictSame(sent.slice(1), [{ RELOADING: '1' }, { READY: '1' }])
  },
)

t.test('the stop is reported', async t => {
  const { report, sent } = reportOf()
  await report.stopping()
  t.strictSame(sent, [{ STOPPING: '1', STATUS: 'stopping' }])
})
