import { getEventListeners } from 'node:events'
import { connect, type Member } from 'node-serf-client'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import { VersionedMap } from 'versioned-map'
import { watchAgent, type AgentSnapshot } from '../src/watch-agent.js'
import { watchSettings, type WatchOptions } from '../src/watch-settings.js'
import { startFakeSerfAgent, type FakeSerfAgent } from './fake-serf-agent.js'

interface Watch {
  readonly snapshots: readonly AgentSnapshot[]
  readonly abort: AbortController
  /** Settles when the watch has ended. */
  readonly ended: Promise<void>
}

async function watch(t: Test, agent: FakeSerfAgent, options: WatchOptions = {}): Promise<Watch> {
  const abort = new AbortController()
  const client = await connect({ port: agent.port })
  const settings = watchSettings({ resyncMs: 600_000, quietMs: 0, maxWaitMs: 0, ...options })
  const snapshots: AgentSnapshot[] = []
  const onSnapshot = (snapshot: AgentSnapshot) => void snapshots.push(snapshot)
  const known = VersionedMap.of<string, Member>([])
  const watch = { settings, firstCause: 'initial', known, onSnapshot } as const
  const ended = watchAgent(client, watch, abort.signal)
  ended.catch(() => {})
  t.teardown(() => client.close())
  return { snapshots, abort, ended }
}

t.test('every read is a snapshot, even without a change', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const { snapshots } = await watch(t, agent)
  await until('the first read', () => snapshots.length === 1)
  agent.log('[INFO] serf: EventMemberUpdate: s1')
  await until('the second read', () => snapshots.length === 2)
  agent.event()
  await until('the third read', () => snapshots.length === 3)
  t.same(
    snapshots.map(({ cause, hasLog }) => [cause, hasLog]),
    [
      ['initial', true],
      ['log', true],
      ['event', true],
    ],
  )
  for (const snapshot of snapshots) t.same([...snapshot.members.keys()], ['s1'])
})

t.test('a timer and a refresh request cause a read', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const refreshRequests = new EventTarget()
  const { snapshots } = await watch(t, agent, { refreshRequests })
  await until('the first read', () => snapshots.length === 1)
  refreshRequests.dispatchEvent(new Event('refresh'))
  await until('the second read', () => snapshots.length === 2)
  t.equal(snapshots[1]?.cause, 'refresh')
  const other = await watch(t, agent, { resyncMs: 5 })
  await until('two resyncs', () => other.snapshots.length >= 3)
  t.equal(other.snapshots[2]?.cause, 'resync')
})

t.test('an agent that refuses its log is watched without it', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  agent.next('monitor', { refuse: 'not allowed' })
  const { snapshots } = await watch(t, agent)
  await until('the first read', () => snapshots.length === 1)
  t.equal(snapshots[0]?.hasLog, false)
})

t.test('a refused event stream or read ends the watch with the error', async t => {
  for (const command of ['stream', 'members'] as const) {
    const agent = await startFakeSerfAgent(t, ['s1'])
    agent.next(command, { refuse: 'not allowed' })
    const { ended } = await watch(t, agent)
    await t.rejects(ended, { code: 'refused', command })
  }
})

t.test('the end of the connection ends the watch', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const { snapshots, ended } = await watch(t, agent)
  await until('the first read', () => snapshots.length === 1)
  agent.disconnect()
  await t.rejects(ended, { code: 'closed' })
})

t.test('an aborted watch closes its connection and leaves no listener', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const refreshRequests = new EventTarget()
  const { snapshots, abort, ended } = await watch(t, agent, { refreshRequests })
  await until('the first read', () => snapshots.length === 1)
  abort.abort(new Error('enough'))
  await t.rejects(ended)
  await until('the watch to disconnect', () => agent.clients === 0)
  t.equal(getEventListeners(abort.signal, 'abort').length, 0)
  t.equal(getEventListeners(refreshRequests, 'refresh').length, 0)
})
