import { connect } from 'node-serf-client'
import {
  endProcess,
  gossipKey,
  missingProgram,
  startSerfAgent,
  type SerfAgent,
  type SerfAgentOptions,
  type Tidy,
} from 'real-components'
import t from 'tap'
import {
  rejoinMember,
  watchMembership,
  type Membership,
  type WatchOptions,
} from '../../src/index.js'

const skip = missingProgram('serf')

/** Waits for the next snapshot that fulfils the condition. */
type Next = (condition: (snapshot: Membership) => boolean) => Promise<Membership>

/** Starts a watch that ends with the test. */
function watch(t: Tidy, agent: SerfAgent, more: WatchOptions = {}): Next {
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const { address: host, rpcPort: port } = agent
  // The resync is so rare that the agent reports each change.
  const options = { host, port, resyncMs: 600_000, signal: abort.signal, ...more }
  const snapshots = watchMembership(options)
  return async condition => {
    for (;;) {
      const { value, done } = await snapshots.next()
      if (done || !value) throw new Error('the watch has ended')
      if (condition(value)) return value
    }
  }
}

function statusOf(name: string, { members }: Membership): string | undefined {
  return members.get(name)?.status
}

t.test('a join is seen through the log before the event stream reports it', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key, tags: { role: 'lb' } })
  const next = watch(t, agent)
  const initial = await next(() => true)
  t.match(initial, { cause: 'initial', connected: true, self: 's1' })
  t.match([...initial.members.values()], [{ name: 's1', status: 'alive', tags: { role: 'lb' } }])

  await using client = await connect({ host: agent.address, port: agent.rpcPort })
  const events = await client.stream(['member-join'])
  const streamed = (async () => {
    for await (const { members } of events) {
      if (members.some(member => member.name === 's2')) return performance.now()
    }
    throw new Error('the stream has ended')
  })()
  await startSerfAgent(t, { name: 's2', key, seeds: [agent], tags: { role: 'web' } })
  const joined = await next(({ members }) => members.has('s2'))
  const seenAt = performance.now()
  t.equal(joined.cause, 'log')
  t.match(joined.members.get('s2'), { status: 'alive', tags: { role: 'web' } })
  const streamedAt = await streamed
  t.ok(streamedAt - seenAt > 500, 'the agent delays its events by a second or more')
})

t.test('a leave is reported while it happens and when it is complete', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const leaver = await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  const next = watch(t, agent)
  await next(snapshot => statusOf('s2', snapshot) === 'alive')
  leaver.process.kill('SIGTERM')
  const leaving = await next(snapshot => statusOf('s2', snapshot) === 'leaving')
  t.equal(leaving.cause, 'log', 'before it has left')
  const left = await next(snapshot => statusOf('s2', snapshot) === 'left')
  t.match(left, { cause: 'log', connected: true })
})

t.test('a killed member is reported as failed', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const victim = await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  const next = watch(t, agent)
  await next(snapshot => statusOf('s2', snapshot) === 'alive')
  await endProcess(victim.process)
  const failed = await next(snapshot => statusOf('s2', snapshot) === 'failed')
  t.match(failed, { cause: 'log', connected: true })
})

t.test('a restarted member rejoins through rejoinMember', { skip }, async t => {
  const key = gossipKey()
  // Long enough that Serf's own reconnect does not come first.
  const reconnectInterval = '10m'
  const agent = await startSerfAgent(t, { name: 's1', key, rpcKey: 'secret', reconnectInterval })
  const start = (more: Partial<SerfAgentOptions>) =>
    startSerfAgent(t, { name: 's2', key, reconnectInterval, ...more })
  const member = await start({ seeds: [agent] })
  const next = watch(t, agent, { authKey: 'secret' })
  await next(snapshot => statusOf('s2', snapshot) === 'alive')
  await endProcess(member.process)
  const { members } = await next(snapshot => statusOf('s2', snapshot) === 'failed')
  const failed = members.get('s2') ?? { address: '', port: 0 }
  const at = { host: agent.address, port: agent.rpcPort }
  t.equal(
    await rejoinMember(failed, { ...at, authKey: 'secret' }),
    false,
    'the member is not running',
  )
  await start({ at: member })
  await t.rejects(rejoinMember(failed, at), { code: 'authentication' })
  t.equal(await rejoinMember(failed, { ...at, authKey: 'secret' }), true)
  await next(snapshot => statusOf('s2', snapshot) === 'alive')
})

t.test('the watch survives a restart of a killed agent', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const peer = await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  const next = watch(t, agent)
  const before = await next(({ members }) => members.size === 2)

  await endProcess(agent.process)
  const lost = await next(() => true)
  t.match(lost, { connected: false, error: { name: 'SerfError', code: 'closed' } })
  t.same(lost.members, before.members, 'the last known members stay readable')

  await startSerfAgent(t, { name: 's1', key, at: agent, seeds: [peer] })
  const found = await next(() => true)
  t.match(found, { connected: true, cause: 'reconnect' })
  t.notOk('error' in found)
  t.equal(statusOf('s1', found), 'alive')
  const hasPeer = (snapshot: Membership) => statusOf('s2', snapshot) === 'alive'
  t.ok(hasPeer(found) || (await next(hasPeer)), 'the agent finds its cluster again')
})

t.test('a hanging agent is reported as not connected until it continues', { skip }, async t => {
  const agent = await startSerfAgent(t, { name: 's1', key: gossipKey() })
  const next = watch(t, agent, { resyncMs: 20, timeoutMs: 100 })
  await next(({ connected }) => connected)
  agent.process.kill('SIGSTOP')
  const lost = await next(({ connected }) => !connected)
  t.match(lost, { error: { code: 'timeout' } })
  t.equal(statusOf('s1', lost), 'alive', 'the last known status')
  agent.process.kill('SIGCONT')
  t.match(await next(({ connected }) => connected), { cause: 'reconnect' })
})

t.test('a wrong or missing key is reported, and the right key connects', { skip }, async t => {
  const agent = await startSerfAgent(t, { name: 's1', key: gossipKey(), rpcKey: 'right' })
  const refused = await watch(t, agent, { authKey: 'wrong' })(() => true)
  t.match(refused, { connected: false, cause: 'initial', error: { code: 'authentication' } })
  const keyless = await watch(t, agent)(() => true)
  t.match(keyless, { connected: false, error: { code: 'authentication' } })
  const watched = await watch(t, agent, { authKey: 'right' })(() => true)
  t.equal(statusOf('s1', watched), 'alive')
})

t.test('a hanging member is suspect, and refutes it when it continues', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const hanging = await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  // With a third member the suspicion lasts long enough to be refuted.
  await startSerfAgent(t, { name: 's3', key, seeds: [agent] })
  const next = watch(t, agent)
  await next(({ members }) => members.size === 3)
  hanging.process.kill('SIGSTOP')
  const suspected = await next(({ suspects }) => suspects.has('s2'))
  t.match(suspected, { cause: 'log', connected: true })
  t.equal(statusOf('s2', suspected), 'alive', 'Serf has not declared it failed')
  hanging.process.kill('SIGCONT')
  const refuted = await next(({ suspects }) => !suspects.has('s2'))
  t.equal(statusOf('s2', refuted), 'alive')
})

t.test('a second node that claims a name is reported as a conflict', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const rightful = await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  const next = watch(t, agent)
  await next(({ members }) => members.has('s2'))
  const impostor = await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  const { conflicts, members } = await next(snapshot => snapshot.conflicts.has('s2'))
  t.match(conflicts.get('s2'), {
    mine: `${rightful.address}:${rightful.gossipPort}`,
    theirs: `${impostor.address}:${impostor.gossipPort}`,
  })
  t.equal(members.get('s2')?.address, rightful.address)
})

t.test('gossip keys can be rotated during a watch', { skip }, async t => {
  const key = gossipKey()
  const fresh = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  const next = watch(t, agent)
  await next(({ members }) => members.size === 2)
  await using client = await connect({ host: agent.address, port: agent.rpcPort })
  t.match(await client.installKey(fresh), { nodes: 2, errors: 0 })
  await client.useKey(fresh)
  await client.removeKey(key)
  await startSerfAgent(t, { name: 's3', key: fresh, seeds: [agent] })
  const joined = await next(({ members }) => members.has('s3'))
  t.equal(joined.cause, 'log')
  t.same((await client.listKeys()).keys, { [fresh]: 3 })
})

t.test('members with hostile names are read by name', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const next = watch(t, agent)
  const whole = await next(() => true)
  const hostile = [
    's1|s2',
    '.*',
    String.raw`a\.(b)[c]{1}^$+?`,
    `quote"d and 'spaced' 10.0.0.1`,
    'EventMemberJoin: s1 10.0.0.1',
    'a as failed, suspect timeout reached (0 peer confirmations)',
    'ü\u2028\n[INFO] serf: EventMemberReap: s1',
    ' ',
  ]
  const started = new Map<string, SerfAgent>()
  for (const [i, name] of hostile.entries()) {
    started.set(name, await startSerfAgent(t, { name, key, seeds: [agent], tags: { role: 'web' } }))
    const joined = await next(({ members }) => members.has(name))
    t.match(joined, { cause: 'log' }, `name ${i}`)
    t.match(joined.members.get(name), { status: 'alive', tags: { role: 'web' } })
    t.equal(joined.members.get('s1'), whole.members.get('s1'), 'no other member was touched')
  }
  for (const name of hostile) started.get(name)?.process.kill('SIGTERM')
  const isLeft = (snapshot: Membership) =>
    hostile.every(name => statusOf(name, snapshot) === 'left')
  t.equal((await next(isLeft)).cause, 'log')
})

t.test('changed tags are read by name', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const tagged = await startSerfAgent(t, { name: 's2', key, seeds: [agent] })
  const next = watch(t, agent)
  await next(({ members }) => members.has('s2'))
  await using client = await connect({ host: tagged.address, port: tagged.rpcPort })
  await client.tags({ set: { role: 'api' } })
  const { cause } = await next(({ members }) => members.get('s2')?.tags['role'] === 'api')
  t.equal(cause, 'log')
})

t.test('members that had left disappear when they are pruned', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 's1', key })
  const seeds = [agent]
  const names = ['s2', 's3']
  const others = await Promise.all(names.map(name => startSerfAgent(t, { name, key, seeds })))
  const next = watch(t, agent)
  await next(({ members }) => members.size === 3)
  for (const { process } of others) process.kill('SIGTERM')
  await next(snapshot => names.every(name => statusOf(name, snapshot) === 'left'))
  await using client = await connect({ host: agent.address, port: agent.rpcPort })
  for (const name of names) await client.forceLeave(name, { prune: true })
  const { cause } = await next(({ members }) => members.size === 1)
  t.equal(cause, 'log')
})
