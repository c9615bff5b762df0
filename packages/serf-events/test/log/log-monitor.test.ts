import { connect, type SerfClient } from 'node-serf-client'
import type { FakeAgent } from 'node-serf-client/fake-agent'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import type { MembershipCause } from '../../src/index.js'
import { LogMonitor, pingMember, pingUntilAnswered } from '../../src/log/log-monitor.js'
import { member, startFakeSerfAgent, type FakeSerfAgent } from '../fake-serf-agent.js'

interface MonitorUnderTest {
  readonly agent: FakeSerfAgent
  readonly monitor: LogMonitor
  /** Returns the number of reported changes. */
  changes(): number
  /** Reports so far: a name, a name with `!` that may be gone, or `?` for a doubt. */
  readonly reports: readonly string[]
  /** Passes the line that ends the replay of old lines. */
  endReplay(): void
}

/** Creates a monitor with the own member of the fake agent, which answers pings, and `s2`, which does not. */
async function start(t: Test): Promise<MonitorUnderTest> {
  const agent = await startFakeSerfAgent(t, ['fake', 's2'])
  const client = await connect({ port: agent.port })
  const abort = new AbortController()
  t.teardown(() => {
    abort.abort()
    client.close()
  })
  const reports: string[] = []
  const changes = {
    notify: (_cause: MembershipCause, name: string, isGone = false) =>
      void reports.push(isGone ? `${name}!` : name),
    doubt: () => void reports.push('?'),
    isAskedFor: (name: string) => name === 'asked',
  }
  const monitor = new LogMonitor(client, changes, abort.signal)
  return {
    agent,
    monitor,
    reports,
    changes: () => reports.length,
    endReplay: () => monitor.onLogLine(`[INFO] agent.ipc: Accepted client: ${client.localAddress}`),
  }
}

const members = new Map([
  ['fake', member('fake')],
  ['s2', member('s2')],
])
const suspectLine = (name: string) =>
  `[INFO] memberlist: Suspect ${name} has failed, no acks received`
const conflictLine =
  '[ERR] memberlist: Conflicting address for s2. Mine: 10.0.0.1:1 Theirs: 10.0.0.2:2'

/** Returns the bodies of the pings that the agent received. */
function pingsOf({ requests }: FakeAgent): unknown[] {
  return requests.filter(({ command }) => command === 'query').map(({ body }) => body)
}

t.test('a line for a change is reported with its name, and any other line is not', async t => {
  const { monitor, reports, endReplay } = await start(t)
  endReplay()
  monitor.onLogLine('[INFO] serf: EventMemberJoin: s1 10.0.0.1')
  monitor.onLogLine('[INFO] agent: Received event: user')
  monitor.onLogLine('[INFO] serf: EventMemberReap: s1')
  monitor.onLogLine('[WARN] agent.ipc: Dropping logs to ipc.client: 127.0.0.1:1')
  t.same(reports, ['s1', 's1!', '?'])
})

t.test('old lines are doubts, which the first read answers', async t => {
  const { monitor, reports } = await start(t)
  monitor.onLogLine('[INFO] serf: EventMemberJoin: s1 10.0.0.1')
  monitor.onLogLine('[INFO] serf: EventMemberReap: s1')
  monitor.onLogLine('[DEBUG] serf: messageLeaveType: s2')
  t.same(reports, ['?', '?', '?'])
})

t.test('a leave is reported while its member is alive or asked for', async t => {
  const { monitor, reports, endReplay } = await start(t)
  endReplay()
  const leaveLine = '[DEBUG] serf: messageLeaveType: s2'
  monitor.onLogLine(leaveLine)
  t.same(reports, [], 'no members are known yet')
  monitor.onMembers(members)
  monitor.onLogLine(leaveLine)
  t.same(reports, ['s2!'])
  monitor.onMembers(new Map([['s2', member('s2', { status: 'leaving' })]]))
  monitor.onLogLine(leaveLine)
  monitor.onLogLine('[DEBUG] serf: messageLeaveType: of no member')
  t.same(reports, ['s2!'])
  monitor.onLogLine('[DEBUG] serf: messageLeaveType: asked')
  t.same(reports, ['s2!', 'asked!'], 'a name that is missing in the reply is no doubt')
})

t.test('the suspects stay the same object until there are others', async t => {
  const { monitor, endReplay } = await start(t)
  endReplay()
  const before = monitor.onMembers(members).suspects
  t.equal(monitor.onMembers(members, ['fake']).suspects, before)
  monitor.onLogLine(suspectLine('s2'))
  const suspected = monitor.onMembers(members, ['s2']).suspects
  t.same([...suspected], ['s2'])
  t.equal(monitor.onMembers(members, ['fake']).suspects, suspected)
  t.same([...before], [], 'the set that was given out stays as it was')
})

t.test('a new suspicion is reported at once, before any ping', async t => {
  const { monitor, changes, endReplay } = await start(t)
  endReplay()
  monitor.onLogLine(suspectLine('s2'))
  t.equal(changes(), 1)
  t.same([...monitor.onMembers(members).suspects], ['s2'])
  monitor.onLogLine(suspectLine('s2'))
  t.equal(changes(), 1, 'a repeated line is not a change')
})

t.test('a suspect that answers a ping is refuted', async t => {
  const { monitor, changes, endReplay } = await start(t)
  endReplay()
  monitor.onLogLine(suspectLine('fake'))
  await until('the refutation', () => changes() === 2)
  t.equal(monitor.onMembers(members).suspects.size, 0)
})

t.test('an old suspicion is reported only if the member does not answer a ping', async t => {
  const { agent, monitor, changes } = await start(t)
  monitor.onLogLine(suspectLine('fake'))
  monitor.onLogLine(suspectLine('s2'))
  t.equal(changes(), 0, 'the pings come first')
  await until('the suspicion of s2', () => changes() === 1)
  t.same([...monitor.onMembers(members).suspects], ['s2'])
  t.ok(pingsOf(agent).length >= 2)
})

t.test('a suspicion ends with the status of its member, and so do its pings', async t => {
  const { agent, monitor, endReplay } = await start(t)
  endReplay()
  monitor.onLogLine(suspectLine('s2'))
  await until('the first ping', () => pingsOf(agent).length === 1)
  const failed = new Map([['s2', member('s2', { status: 'failed' })]])
  t.equal(monitor.onMembers(failed).suspects.size, 0)
  t.equal(monitor.onMembers(members).suspects.size, 0, 'it does not return')
})

t.test('a conflict counts after the replay only, until its member is unknown', async t => {
  const { monitor, changes, endReplay } = await start(t)
  monitor.onLogLine(conflictLine)
  t.equal(monitor.onMembers(members).conflicts.size, 0)
  endReplay()
  monitor.onLogLine(conflictLine)
  t.equal(changes(), 1)
  const expected = { mine: '10.0.0.1:1', theirs: '10.0.0.2:2' }
  t.match(monitor.onMembers(members).conflicts.get('s2'), expected)
  t.equal(monitor.onMembers(new Map()).conflicts.size, 0)
})

t.test('the line of another client does not end the replay', async t => {
  const { monitor } = await start(t)
  monitor.onLogLine('[INFO] agent.ipc: Accepted client: 127.0.0.1:1')
  monitor.onLogLine(conflictLine)
  t.equal(monitor.onMembers(members).conflicts.size, 0)
})

t.test('if pings are refused, the suspicion is kept', async t => {
  const { agent, monitor, changes, endReplay } = await start(t)
  agent.next('query', { refuse: 'not allowed' })
  endReplay()
  monitor.onLogLine(suspectLine('fake'))
  await until('the refused ping', () => pingsOf(agent).length === 1)
  t.equal(changes(), 1)
  t.same([...monitor.onMembers(members).suspects], ['fake'])
})

t.test('a hundred thousand suspicions of other names cost a thousand pings', async t => {
  const { agent, monitor, endReplay } = await start(t)
  endReplay()
  for (let i = 0; i < 100_000; i++) monitor.onLogLine(suspectLine(`x${i}`))
  await until('the pings', () => pingsOf(agent).length === 1000)
  t.equal(monitor.onMembers(members).suspects.size, 0, 'unknown names are not reported')
})

t.test(
  'a suspect of the replay that is logged again is pinged once at a time, and refuted',
  async t => {
    const { agent, monitor, endReplay } = await start(t)
    monitor.onLogLine(suspectLine('fake'))
    endReplay()
    monitor.onLogLine(suspectLine('fake'))
    t.same([...monitor.onMembers(members).suspects], ['fake'])
    await until('the refutation', () => monitor.onMembers(members).suspects.size === 0)
    t.equal(pingsOf(agent).length, 1)
  },
)

// The fake agent answers for its own member only.
const own = 'fake'
const { signal: never } = new AbortController()

async function clientAndAgent(t: Test): Promise<{ client: SerfClient; agent: FakeAgent }> {
  const agent = await startFakeSerfAgent(t, [own, 's2'])
  const client = await connect({ port: agent.port })
  t.teardown(() => client.close())
  return { client, agent }
}

t.test('a member that acknowledges the ping has answered', async t => {
  const { client, agent } = await clientAndAgent(t)
  t.equal(await pingMember(client, own, never), true)
  t.match(pingsOf(agent), [
    { Name: '_serf_ping', FilterNodes: [own], RequestAck: true, Timeout: 1_000_000_000 },
  ])
})

t.test('a member that is silent for a second has not answered', async t => {
  const { client } = await clientAndAgent(t)
  t.equal(await pingMember(client, 's2', never), false)
})

t.test('a refused query rejects the ping', async t => {
  const { client, agent } = await clientAndAgent(t)
  agent.next('query', { refuse: 'not allowed' })
  await t.rejects(pingMember(client, own, never), { code: 'refused' })
})

t.test('the signal ends a ping that waits for its answer', async t => {
  const { client, agent } = await clientAndAgent(t)
  const abort = new AbortController()
  const pinging = t.rejects(pingMember(client, 's2', abort.signal), { message: 'enough' })
  await until('the ping to arrive', () => pingsOf(agent).length === 1)
  abort.abort(new Error('enough'))
  await pinging
})

t.test('pings stop with the first answer', async t => {
  const { client, agent } = await clientAndAgent(t)
  t.equal(await pingUntilAnswered(client, own, () => true, never), true)
  t.equal(pingsOf(agent).length, 1)
})

t.test('pings stop when the member is no longer suspect', async t => {
  const { client, agent } = await clientAndAgent(t)
  let rounds = 0
  const isSuspect = () => rounds++ < 2
  t.equal(await pingUntilAnswered(client, 's2', isSuspect, never), false)
  t.equal(pingsOf(agent).length, 2)
})

t.test('an aborted signal sends no ping', async t => {
  const { client, agent } = await clientAndAgent(t)
  t.equal(await pingUntilAnswered(client, own, () => true, AbortSignal.abort()), false)
  t.same(pingsOf(agent), [])
})
