import { freePort, until, type Tidy } from 'real-components'
import t from 'tap'
import { watchMembership, type Membership, type WatchOptions } from '../src/index.js'
import { scriptedAgent, type ScriptedAgent } from './scripted-agent.js'

const joinLine = '[INFO] serf: EventMemberJoin: s 127.0.0.1'

interface Watch {
  next(): Promise<Membership>
  leave(): Promise<unknown>
}

/** A watch that ends with the test; it never reads of its own accord unless told to. */
function watch(t: Tidy, agent: Pick<ScriptedAgent, 'port'>, more: WatchOptions = {}): Watch {
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

t.test('the first snapshot comes at once, and after the watcher has subscribed', async t => {
  const agent = await scriptedAgent(t, ['s1', 's2'])
  const before = Date.now()
  const snapshot = await watch(t, agent).next()
  t.match(snapshot, { cause: 'initial', connected: true })
  t.notOk('error' in snapshot)
  t.match(snapshot.members.get('s2'), { name: 's2', address: '127.0.0.1', status: 'alive' })
  t.ok(snapshot.at >= before && snapshot.at <= Date.now())
  t.same(agent.commands, ['handshake', 'monitor', 'stream', 'members'])
})

t.test('a cluster without members is a snapshot too', async t => {
  t.same(names(await watch(t, await scriptedAgent(t, [])).next()), [])
})

t.test('a line of the log rings, and other lines do not', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  agent.names = ['s1', 's2']
  agent.log('[INFO] agent.ipc: Accepted client', '[INFO] agent: Received event: user')
  agent.event()
  const snapshot = await watching.next()
  t.equal(snapshot.cause, 'stream', 'an agent whose log reads differently is merely slower')
  t.equal(agent.reads(), 2)

  agent.names = ['s1']
  agent.log(joinLine)
  const { cause } = await watching.next()
  t.equal(cause, 'doorbell')
})

t.test('an event lost by the agent is repaired at the next resync', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  const watching = watch(t, agent, { resyncMs: 20 })
  await watching.next()
  agent.names = ['s2']
  const snapshot = await watching.next()
  t.equal(snapshot.cause, 'resync')
  t.same(names(snapshot), ['s2'])
})

t.test('a member that flaps back changes nothing', async t => {
  const agent = await scriptedAgent(t, ['s1'])
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

t.test('a burst of joins is few reads', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  const watching = watch(t, agent, { quietMs: 20, maxWaitMs: 60_000 })
  await watching.next()
  agent.log(...Array.from({ length: 50 }, () => joinLine))
  await until('the first read of the burst', () => agent.reads() === 2)
  agent.names = ['s1', 's2']
  t.same(names(await watching.next()), ['s1', 's2'])
  t.equal(agent.reads(), 3)
})

t.test('a slow reader gets the newest snapshot only', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  const watching = watch(t, agent)
  await watching.next()
  for (const count of [2, 3, 4, 5, 6]) {
    agent.names = Array.from({ length: count }, (_, i) => `s${i}`)
    agent.log(joinLine)
    await until('members to be read', () => agent.reads() === count)
  }
  // The read after a read begins once that one's snapshot is put.
  agent.log(joinLine)
  await until('one more read', () => agent.reads() === 7)
  const { members } = await watching.next()
  t.equal(members.size, 6)
})

t.test('breaking out of the loop closes the socket', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  for await (const { connected } of watchMembership({ port: agent.port })) {
    t.equal(connected, true)
    t.equal(agent.clients.size, 1)
    break
  }
  await until('the watcher to hang up', () => agent.clients.size === 0)
})

t.test('the watch ends when its signal aborts, and closes the socket', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  const abort = new AbortController()
  const snapshots: Membership[] = []
  for await (const snapshot of watchMembership({ port: agent.port, signal: abort.signal })) {
    snapshots.push(snapshot)
    abort.abort()
  }
  t.equal(snapshots.length, 1)
  await until('the watcher to hang up', () => agent.clients.size === 0)
  const { done } = await watchMembership({ port: agent.port, signal: abort.signal }).next()
  t.equal(done, true, 'an aborted signal is no watch at all')
})

t.test('with no agent at all the first snapshot says so', async t => {
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
  const agent = await scriptedAgent(t, ['s1', 's2'])
  const watching = watch(t, agent)
  await watching.next()
  for (const client of agent.clients) client.destroy()
  const lost = await watching.next()
  t.match(lost, { connected: false, cause: 'reconnect', error: { code: 'closed' } })
  t.same(names(lost), ['s1', 's2'], 'the last known members stay readable')
  const found = await watching.next()
  t.match(found, { connected: true, cause: 'reconnect' })
  t.notOk('error' in found)
  t.same(names(found), ['s1', 's2'])
  t.same(agent.commands.slice(4), ['handshake', 'monitor', 'stream', 'members'])
})

t.test('leaving while the agent is away ends at once', async t => {
  const watching = watch(t, { port: await freePort('127.0.0.1') })
  await watching.next()
  t.match(await watching.leave(), { done: true })
})
