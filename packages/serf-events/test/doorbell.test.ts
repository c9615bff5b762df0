import { SerfError } from 'node-serf-client'
import t from 'tap'
import { isDoorbellLine } from '../src/doorbell-line.js'
import { Doorbell } from '../src/doorbell.js'

function timers(): number {
  return process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
}

const patient = { quietMs: 60_000, maxWaitMs: 60_000 }

t.test('a ring after a silence is due at once, with its cause', async t => {
  const bell = new Doorbell(patient)
  const due = bell.due()
  bell.ring('doorbell')
  t.equal(await due, 'doorbell')
})

t.test('a ring before anybody waits is not lost', async t => {
  const bell = new Doorbell(patient)
  bell.ring('stream')
  bell.ring('doorbell')
  t.equal(await bell.due(), 'stream', 'the first ring gives the cause')
})

t.test('a read answers every ring before it', async t => {
  const bell = new Doorbell({ quietMs: 0, maxWaitMs: 0 })
  bell.ring('stream')
  bell.answered()
  const due = bell.due()
  bell.ring('resync')
  t.equal(await due, 'resync')
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
  t.equal(await bell.due(), 'doorbell')
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

const lines: readonly (readonly [string, boolean])[] = [
  ['[INFO] serf: EventMemberJoin: s1 172.20.0.3', true],
  ['[INFO] serf: EventMemberLeave: s1 172.20.0.3', true],
  ['[INFO] serf: EventMemberFailed: s1 172.20.0.3', true],
  ['[INFO] serf: EventMemberUpdate: s1', true],
  ['[INFO] serf: EventMemberReap: s1', true],
  ['[INFO] memberlist: Suspect s1 has failed, no acks received', true],
  ['[INFO] memberlist: Marking s1 as failed, suspect timeout reached (0 peer confirmations)', true],
  ['[WARN] memberlist: Refuting a suspect message (from: s1)', true],
  ['[ERR] memberlist: Conflicting address for s1. Mine: 10.0.0.1:7946 Theirs: 10.0.0.2:7946', true],
  ['[INFO] agent.ipc: Accepted client: 127.0.0.1:50000', false],
  ['[INFO] agent: Received event: member-join', false],
  ['[INFO] serf: attempting reconnect to s1 10.0.0.1:7946', false],
  ['[DEBUG] memberlist: Initiating push/pull sync with: 10.0.0.1:7946', false],
  ['', false],
]

t.test('only a line of the log that tells of the membership is a ring', async t => {
  for (const [line, isRing] of lines) t.equal(isDoorbellLine(`2026/01/02 03:04:05 ${line}`), isRing)
})
