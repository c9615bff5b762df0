import { freePort, until, type Tidy } from 'real-components'
import t from 'tap'
import {
  diffMembership,
  watchMembership,
  type Membership,
  type WatchOptions,
} from '../src/index.js'
import { member, startFakeSerfAgent, type FakeSerfAgent } from './fake-serf-agent.js'

const joinLine = '[INFO] serf: EventMemberJoin: s1 127.0.0.1'
const changeLine = (name: string) => `[INFO] serf: EventMemberUpdate: ${name}`

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

t.test('a join costs one read by name, and its event costs none', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  agent.names = ['s1', 's2']
  agent.log('[INFO] agent.ipc: Accepted client', '[INFO] agent: Received event: user')
  agent.log('[INFO] serf: EventMemberJoin: s2 127.0.0.1')
  const { cause, members } = await watching.next()
  t.equal(cause, 'log')
  t.equal(members.get('s2')?.status, 'alive')
  agent.emit('member-join', [member('s2')])
  // A change after the event shows that the event caused no read.
  agent.setMembers([member('s1'), member('s2', { status: 'left' })])
  agent.log('[INFO] serf: EventMemberLeave: s2 127.0.0.1')
  t.equal((await watching.next()).members.get('s2')?.status, 'left')
  t.same(agent.namedReads(), ['(?:s2)', '(?:s2)'])
  t.equal(agent.reads(), 1, 'the first read')
})

t.test('an agent with other log lines is only slower', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  agent.names = ['s1', 's2']
  agent.log('[INFO] serf: a member has joined: s2')
  agent.emit('member-join', [member('s2')])
  const { cause, members } = await watching.next()
  t.equal(cause, 'event')
  t.ok(members.has('s2'))
  t.same(agent.namedReads(), ['(?:s2)'])
})

t.test('the reap of a member removes it, and so does its event', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's2', 's3'])
  const watching = watch(t, agent)
  await watching.next()
  agent.names = ['s1', 's3']
  agent.log('[INFO] serf: EventMemberReap: s2')
  t.same(names(await watching.next()), ['s1', 's3'])
  agent.names = ['s1']
  agent.emit('member-reap', [member('s3')])
  t.same(names(await watching.next()), ['s1'])
  t.equal(agent.reads(), 1)
})

t.test('the reap of members that had left removes them, and no whole read follows', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const left = ['s2', 's3', 's4'].map(name => member(name, { status: 'left' }))
  agent.setMembers([member('s1'), ...left])
  const watching = watch(t, agent)
  t.equal((await watching.next()).members.size, 4)
  agent.names = ['s1']
  // The agent logs the leave again after the reap, while it spreads.
  for (const { name } of left) {
    agent.log(
      `[INFO] serf: EventMemberReap (forced): ${name} 127.0.0.1`,
      `[DEBUG] serf: messageLeaveType: ${name}`,
    )
  }
  let known = await watching.next()
  while (known.members.size > 1) known = await watching.next()
  agent.emit('member-reap', left)
  agent.log(...left.map(({ name }) => `[DEBUG] serf: messageLeaveType: ${name}`))
  agent.names = ['s1', 's5']
  agent.log(changeLine('s5'))
  t.same(names(await watching.next()), ['s1', 's5'])
  t.equal(agent.reads(), 1, 'the first read is the only whole one')
  t.ok(agent.namedReads().length <= 7, `${agent.namedReads().length} named reads`)
})

t.test('a member that is missing without a reap is decided by a whole read', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's2'])
  const watching = watch(t, agent)
  await watching.next()
  agent.names = ['s1', 's4']
  agent.log(changeLine('s2'))
  t.same(names(await watching.next()), ['s1', 's4'])
  t.same(agent.namedReads(), ['(?:s2)'])
  t.equal(agent.reads(), 2)
})

t.test('a refresh request causes a read, and the snapshot has the time of the request', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const refreshRequests = new EventTarget()
  const watching = watch(t, agent, { refreshRequests })
  await watching.next()
  agent.names = ['s2']
  const before = performance.now()
  refreshRequests.dispatchEvent(new Event('refresh'))
  const { cause, detectedAt, readAt = NaN, members } = await watching.next()
  t.same([...members.keys()], ['s2'])
  t.equal(cause, 'refresh')
  t.ok(detectedAt >= before && readAt >= detectedAt && readAt <= performance.now())
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
  for (const reads of [1, 2, 3]) {
    agent.log(joinLine)
    await until('the member to be read', () => agent.namedReads().length === reads)
  }
  agent.names = ['s1', 's2']
  agent.log(changeLine('s2'))
  t.same(names(await watching.next()), ['s1', 's2'], 'the next snapshot is the one that differs')
})

t.test('a burst of joins causes few reads', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent, { quietMs: 20, maxWaitMs: 60_000 })
  await watching.next()
  const many = Array.from({ length: 900 }, (_, i) => `n${i}`)
  agent.names = ['s1', ...many]
  agent.log(...many.map(changeLine))
  let size = 1
  while (size < 901) size = (await watching.next()).members.size
  const calls = agent.reads() + agent.namedReads().length
  t.ok(calls <= 8, `${calls} reads for 900 notices`)
  agent.names = ['s1', ...many, 's2']
  agent.log(...Array.from({ length: 50 }, () => changeLine('s2')))
  t.ok((await watching.next()).members.has('s2'))
  const more = agent.reads() + agent.namedReads().length - calls
  t.ok(more <= 2, `${more} reads for 50 notices of one member`)
})

t.test('a slow reader gets the newest snapshot only', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  for (const count of [2, 3, 4, 5, 6]) {
    agent.names = Array.from({ length: count }, (_, i) => `s${i + 1}`)
    agent.log(changeLine(`s${count}`))
    await until('the member to be read', () => agent.namedReads().length === count - 1)
  }
  // The next read begins after the snapshot of the read before it was put.
  agent.log(joinLine)
  await until('one more read', () => agent.namedReads().length === 6)
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
      agent.next('members-filtered', { garbage })
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

t.test('an agent that hangs is found by a check between rare whole reads', async t => {
  // The next whole read of a thousand members follows after 10 s.
  const many = Array.from({ length: 1000 }, (_, i) => `s${i}`)
  const agent = await startFakeSerfAgent(t, many)
  // The first request for statistics asks for the agent's own name.
  agent.next('stats', { delayMs: 0 }, { hang: true })
  const watching = watch(t, agent, { resyncMs: 20, timeoutMs: 2000 })
  t.equal((await watching.next()).members.size, 1000)
  t.match(await watching.next(), { connected: false, error: { code: 'timeout', command: 'stats' } })
  t.match(await watching.next(), { connected: true, cause: 'reconnect' })
  t.ok(agent.reads() <= 2, 'one whole read for each connection')
})

t.test('few members are read whole so often that no check is needed', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  watch(t, agent, { resyncMs: 20 })
    .next()
    .catch(() => {})
  await until('some whole reads', () => agent.reads() >= 5)
  t.equal(agent.commands.filter(command => command === 'stats').length, 1)
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
    agent.log('[INFO] serf: EventMemberReap: s2')
    t.match(await watching.next(), { cause: 'log', changeSource: 'log' })
  },
)

t.test('a filter is applied by the agent', async t => {
  const agent = await startFakeSerfAgent(t, ['web-1', 'db-1', 'web-2'])
  const watching = watch(t, agent, { filter: { name: 'web-.*' } })
  t.same(names(await watching.next()), ['web-1', 'web-2'])
  t.match(agent.requests.at(-1), { command: 'members-filtered', body: { Name: 'web-.*' } })
  agent.names = ['web-1', 'db-1', 'db-2', 'web-3']
  agent.log(changeLine('db-2'))
  t.same(names(await watching.next()), ['web-1', 'web-3'])
  t.same(agent.namedReads(), ['web-.*', 'web-.*'], 'a filter by name needs whole reads')
})

const web = (name: string) => member(name, { tags: { role: 'web' } })

t.test('a filter by status and tags is combined with the name', async t => {
  const agent = await startFakeSerfAgent(t, [])
  agent.setMembers([web('w1'), web('w2'), member('d1')])
  const watching = watch(t, agent, { filter: { status: 'alive', tags: { role: 'web' } } })
  t.same(names(await watching.next()), ['w1', 'w2'])
  agent.setMembers([web('w1'), { ...web('w2'), status: 'failed' }, member('d1'), member('d2')])
  agent.log(changeLine('d2'), changeLine('w2'))
  t.same(names(await watching.next()), ['w1'], 'a member that does not match any more is removed')
  agent.setMembers([web('w1'), web('w2'), web('w3'), member('d1')])
  agent.log(changeLine('w3'))
  t.same(names(await watching.next()), ['w1', 'w3'])
  const filtered = agent.requests.filter(({ command }) => command === 'members-filtered')
  t.match(filtered.at(-1)?.body, { Status: 'alive', Name: '(?:w3)', Tags: { role: 'web' } })
  t.match(filtered[0]?.body, { Name: undefined }, 'the first read is the only whole one')
  for (const { body } of filtered.slice(1)) t.match(body, { Name: /^\(\?:/ })
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
  agent.log(changeLine('s3'))
  t.same(names(await watching.next()), ['s1', 's2', 's3'])
  t.same(agent.namedReads(), ['(?:s2)', '(?:s3)'])
})
