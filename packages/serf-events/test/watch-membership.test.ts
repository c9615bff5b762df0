import { freePort, until, type Tidy } from 'real-components'
import t from 'tap'
import {
  diffMembership,
  watchMembership,
  type Membership,
  type WatchOptions,
} from '../src/index.js'
import { member, startFakeSerfAgent, type FakeSerfAgent } from './fake-serf-agent.js'

const joinLine = '[INFO] serf: EventMemberJoin: s 127.0.0.1'

interface Watch {
  next(): Promise<Membership>
  leave(): Promise<unknown>
}

/** Starts a watch that ends with the test and does not resync by itself. */
function watch(t: Tidy, agent: Pick<FakeSerfAgent, 'port'>, more: WatchOptions = {}): Watch {
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const { port } = agent
  const options = { port, resyncMs: 600_000, quietMs: 0, maxWaitMs: 0, signal: abort.signal }
  const snapshots = watchMembership({ ...options, ...more })
  return {
    async next() {
      const { value, done } = await snapshots.next()
      if (done || !value) throw new Error('the watch has ended')
      return value
    },
    leave: () => snapshots.return(),
  }
}

function names({ members }: Membership): string[] {
  return [...members.keys()]
}

t.test('the first snapshot comes at once, after the watcher has subscribed', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's2'])
  const before = Date.now()
  const snapshot = await watch(t, agent).next()
  t.match(snapshot, { cause: 'initial', connected: true })
  t.notOk('error' in snapshot)
  t.match(snapshot.members.get('s2'), { name: 's2', address: '127.0.0.1', status: 'alive' })
  t.ok(snapshot.at >= before && snapshot.at <= Date.now())
  t.same(agent.commands, ['handshake', 'monitor', 'stream', 'stats', 'members'])
})

t.test('a cluster without members is a snapshot too', async t => {
  t.same(names(await watch(t, await startFakeSerfAgent(t, [])).next()), [])
})

t.test('a known line of the log causes a read, and other lines do not', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  agent.names = ['s1', 's2']
  agent.log('[INFO] agent.ipc: Accepted client', '[INFO] agent: Received event: user')
  agent.event()
  const snapshot = await watching.next()
  t.equal(snapshot.cause, 'event', 'an agent with other log lines is only slower')
  t.equal(agent.reads(), 2)

  agent.names = ['s1']
  agent.log(joinLine)
  const { cause } = await watching.next()
  t.equal(cause, 'log')
})

t.test('a refresh request causes a read, and the snapshot has the time of the request', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const refreshRequests = new EventTarget()
  const watching = watch(t, agent, { refreshRequests })
  await watching.next()
  agent.names = ['s2']
  const before = performance.now()
  refreshRequests.dispatchEvent(new Event('refresh'))
  const { cause, detectedAt, members } = await watching.next()
  t.same([...members.keys()], ['s2'])
  t.equal(cause, 'refresh')
  t.ok(detectedAt >= before && detectedAt <= performance.now())
})

t.test('a change without any event is read at the next resync', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent, { resyncMs: 20 })
  await watching.next()
  agent.names = ['s2']
  const snapshot = await watching.next()
  t.equal(snapshot.cause, 'resync')
  t.same(names(snapshot), ['s2'])
})

t.test('a member that flaps back changes nothing', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  for (const reads of [2, 3, 4]) {
    agent.log(joinLine)
    await until('members to be read', () => agent.reads() === reads)
  }
  agent.names = ['s1', 's2']
  agent.log(joinLine)
  t.same(names(await watching.next()), ['s1', 's2'], 'the next snapshot is the one that differs')
})

t.test('a burst of joins causes few reads', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent, { quietMs: 20, maxWaitMs: 60_000 })
  await watching.next()
  agent.names = ['s1', 's2']
  agent.log(...Array.from({ length: 50 }, () => joinLine))
  t.same(names(await watching.next()), ['s1', 's2'])
  agent.names = ['s1', 's2', 's3']
  agent.log(joinLine)
  t.same(names(await watching.next()), ['s1', 's2', 's3'])
  t.ok(agent.reads() <= 4, `${agent.reads()} reads for 51 notices`)
})

t.test('a slow reader gets the newest snapshot only', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  for (const count of [2, 3, 4, 5, 6]) {
    agent.names = Array.from({ length: count }, (_, i) => `s${i}`)
    agent.log(joinLine)
    await until('members to be read', () => agent.reads() === count)
  }
  // The next read begins after the snapshot of the read before it was put.
  agent.log(joinLine)
  await until('one more read', () => agent.reads() === 7)
  const { members } = await watching.next()
  t.equal(members.size, 6)
})

t.test('breaking out of the loop closes the socket', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  for await (const { connected } of watchMembership({ port: agent.port })) {
    t.equal(connected, true)
    t.equal(agent.clients, 1)
    break
  }
  await until('the watcher to hang up', () => agent.clients === 0)
})

t.test('the watch ends when its signal aborts, and closes the socket', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const abort = new AbortController()
  const snapshots: Membership[] = []
  for await (const snapshot of watchMembership({ port: agent.port, signal: abort.signal })) {
    snapshots.push(snapshot)
    abort.abort()
  }
  t.equal(snapshots.length, 1)
  await until('the watcher to hang up', () => agent.clients === 0)
  const { done } = await watchMembership({ port: agent.port, signal: abort.signal }).next()
  t.equal(done, true, 'with an aborted signal there is no watch')
})

t.test('without an agent the first snapshot is not connected', async t => {
  const abort = new AbortController()
  const port = await freePort('127.0.0.1')
  const snapshots: Membership[] = []
  for await (const snapshot of watchMembership({ port, signal: abort.signal })) {
    snapshots.push(snapshot)
    abort.abort()
  }
  const error = { name: 'SerfError', code: 'unreachable' }
  t.match(snapshots, [{ connected: false, cause: 'initial', error, members: new Map() }])
  t.equal(snapshots.length, 1)
})

t.test('after a reconnect the membership is read again', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's2'])
  const watching = watch(t, agent)
  await watching.next()
  agent.disconnect()
  const lost = await watching.next()
  t.match(lost, { connected: false, cause: 'reconnect', error: { code: 'closed' } })
  t.same(names(lost), ['s1', 's2'], 'the last known members stay readable')
  const found = await watching.next()
  t.match(found, { connected: true, cause: 'reconnect' })
  t.notOk('error' in found)
  t.same(names(found), ['s1', 's2'])
  t.same(agent.commands.slice(5), ['handshake', 'monitor', 'stream', 'stats', 'members'])
})

t.test(
  'a reply above a limit is in the snapshot, the connection is closed, and the next is read',
  async t => {
    const agent = await startFakeSerfAgent(t, ['s1'])
    const watching = watch(t, agent)
    await watching.next()
    for (const [garbage, code] of [
      [Uint8Array.of(0xdb, 0x7f, 0xff, 0xff, 0xff), 'reply-too-large'],
      [Uint8Array.of(0xdd, 0x00, 0xff, 0xff, 0xff), 'reply-too-large'],
      [Buffer.alloc(100, 0x91), 'protocol'],
    ] as const) {
      agent.next('members', { garbage })
      agent.log(joinLine)
      t.match(await watching.next(), { connected: false, error: { code } })
      t.match(await watching.next(), { connected: true, cause: 'reconnect' })
    }
  },
)

t.test('an agent that ends each connection soon is asked at growing intervals', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent)
  const startedAt = performance.now()
  for (let connections = 0; connections < 6;) {
    if (!(await watching.next()).connected) continue
    connections++
    agent.disconnect()
  }
  t.ok(performance.now() - startedAt > 700, 'intervals of 50, 100, 200, 400 ms or more')
})

t.test('leaving the loop while the agent is unreachable ends at once', async t => {
  const watching = watch(t, { port: await freePort('127.0.0.1') })
  await watching.next()
  t.match(await watching.leave(), { done: true })
})

t.test(
  'an agent that refuses its log is watched through its events, and changeSource says so',
  async t => {
    const agent = await startFakeSerfAgent(t, ['s1'])
    agent.next('monitor', { refuse: 'monitor is not allowed' })
    const watching = watch(t, agent)
    t.match(await watching.next(), { connected: true, changeSource: 'events' })
    agent.names = ['s1', 's2']
    agent.event()
    t.match(await watching.next(), { cause: 'event', changeSource: 'events' })
  },
)

t.test(
  'changeSource is events after a change without a known log line, and log again later',
  async t => {
    const agent = await startFakeSerfAgent(t, ['s1'])
    const watching = watch(t, agent)
    t.equal((await watching.next()).changeSource, 'log')
    agent.names = ['s1', 's2']
    agent.log('[INFO] serf: a line of another release')
    agent.event()
    t.match(await watching.next(), { cause: 'event', changeSource: 'events' })
    agent.names = ['s1']
    agent.log(joinLine)
    t.match(await watching.next(), { cause: 'log', changeSource: 'log' })
  },
)

t.test('a filter is applied by the agent', async t => {
  const agent = await startFakeSerfAgent(t, ['web-1', 'db-1', 'web-2'])
  const watching = watch(t, agent, { filter: { name: 'web-.*' } })
  t.same(names(await watching.next()), ['web-1', 'web-2'])
  t.match(agent.requests.at(-1), { command: 'members-filtered', body: { Name: 'web-.*' } })
})

t.test('a filter that Serf cannot compile is reported in error', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const { connected, error } = await watch(t, agent, { filter: { name: '(' } }).next()
  t.equal(connected, false)
  t.equal(error?.code, 'invalid-argument')
})

const suspectLine = (name: string) =>
  `[INFO] memberlist: Suspect ${name} has failed, no acks received`

t.test('a suspect is reported at once, and then its failure', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's2'])
  const watching = watch(t, agent)
  const before = await watching.next()
  t.same(before.suspects, new Set())
  agent.log(suspectLine('s2'), suspectLine('unknown'))
  const suspected = await watching.next()
  t.same(suspected.suspects, new Set(['s2']))
  t.match(diffMembership(before, suspected), { suspected: [{ name: 's2' }], failed: [] })
  t.equal(suspected.members.get('s2')?.status, 'alive', 'Serf still lists it as alive')

  agent.setMembers([member('s1'), member('s2', { status: 'failed' })])
  agent.log('[INFO] serf: EventMemberFailed: s2 127.0.0.1')
  const failed = await watching.next()
  t.same(failed.suspects, new Set())
  t.match(diffMembership(suspected, failed), { failed: [{ name: 's2' }], refuted: [] })
})

t.test('a suspect that answers a ping is refuted', async t => {
  // The fake agent answers for its own member only.
  const agent = await startFakeSerfAgent(t, ['fake', 's2'])
  const watching = watch(t, agent)
  await watching.next()
  agent.log(suspectLine('fake'))
  const suspected = await watching.next()
  if (suspected.suspects.size > 0) {
    const refuted = await watching.next()
    t.same(refuted.suspects, new Set())
    t.match(diffMembership(suspected, refuted), { refuted: [{ name: 'fake' }] })
  }
  t.match(
    agent.requests.findLast(({ command }) => command === 'query'),
    {
      body: { Name: '_serf_ping', FilterNodes: ['fake'], RequestAck: true },
    },
  )
})

t.test('an old suspicion of a member that answers is not reported', async t => {
  const agent = await startFakeSerfAgent(t, ['fake', 's2'])
  agent.log(suspectLine('fake'))
  const watching = watch(t, agent)
  t.same((await watching.next()).suspects, new Set())
  await until('the watch to ping', () => agent.commands.includes('query'))
  agent.names = ['fake']
  agent.log(joinLine)
  t.same((await watching.next()).suspects, new Set())
})

t.test('a name conflict is reported with both addresses', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const line = '[ERR] memberlist: Conflicting address for s1. Mine: 10.0.0.1:1 Theirs: 10.0.0.2:2'
  agent.log(line.replace('s1', 'in the past'))
  const watching = watch(t, agent)
  const before = await watching.next()
  agent.log(line)
  const after = await watching.next()
  t.match(after.conflicts.get('s1'), { mine: '10.0.0.1:1', theirs: '10.0.0.2:2' })
  t.equal(after.conflicts.size, 1)
  t.match(diffMembership(before, after).conflicting, [{ name: 's1' }])
})

t.test('a leave is reported when it begins, and repeated lines cause no read', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's2'])
  const watching = watch(t, agent)
  await watching.next()
  const leaving = [member('s1'), member('s2', { status: 'leaving' })]
  agent.setMembers(leaving)
  agent.log('[DEBUG] serf: messageLeaveType: s2')
  t.equal((await watching.next()).members.get('s2')?.status, 'leaving')
  agent.log(...Array.from({ length: 20 }, () => '[DEBUG] serf: messageLeaveType: s2'))
  agent.setMembers([...leaving, member('s3')])
  agent.log(joinLine)
  t.same(names(await watching.next()), ['s1', 's2', 's3'])
  t.equal(agent.reads(), 3)
})
