import { request } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, until } from 'real-components'
import t, { type Test } from 'tap'
import { createAgent, type AgentOptions } from '../../src/agent/create-agent.js'
import { serveAgent } from '../../src/http/agent-server.js'
import type { TimelineEntry } from '../../src/state/agent-event.js'
import { fakeClock } from '../fake-clock.js'
import { membershipOf } from '../sample-membership.js'
import { fakeHaproxyPlace } from './fake-haproxy-place.js'
import { fakeMembership } from './fake-membership.js'

/** An agent that runs, with a fake HAProxy and a fake membership. */
async function scene(t: Test, more: object = {}, options: AgentOptions = {}) {
  const place = await fakeHaproxyPlace(t, more)
  const serf = fakeMembership()
  const events: TimelineEntry[] = []
  const agent = createAgent(place.configuration, {
    sources: { membership: serf.membership, rejoin: async () => true },
    onEvent: entry => events.push(entry),
    ...options,
  })
  const end = new AbortController()
  const running = agent.run({ signal: end.signal })
  const stop = async () => {
    end.abort()
    await running
  }
  t.teardown(stop)
  return { ...place, serf, agent, events, stop, running }
}

t.test('an agent that does not run has a state, and no generations', async t => {
  const { configuration } = await fakeHaproxyPlace(t)
  const agent = createAgent(configuration, { file: 'agent.yaml' })
  t.match(agent.state(), {
    mode: 'following',
    serf: { connected: false },
    members: [],
    configuration: { file: 'agent.yaml' },
  })
  t.notOk(existsSync(configuration.stateFolder), 'nothing is created')
  const calls: readonly (() => Promise<unknown>)[] = [
    () => agent.generations(),
    () => agent.generation(1),
    () => agent.diff(1, 2),
    () => agent.rollback(1),
  ]
  for (const call of calls)
    await t.rejects(call(), { code: 'not-running', message: /expected a call of `run`/ })
  t.equal(agent.acceptRemovals(), false)
})

t.test('members become servers, and the state, the events and an explanation say so', async t => {
  const { agent, serf, events, haproxy } = await scene(t)
  serf.send(membershipOf({ s1: 'alive' }))
  await until('s1', () => haproxy.server('nodes', 's1'))
  await until('the generation', () => agent.state().generation)
  t.match(agent.state(), {
    serf: { connected: true },
    members: [{ name: 's1', standing: 'serving', pools: ['nodes'] }],
    outcome: { kind: 'applied' },
  })
  t.match(agent.explain('s1'), { member: 's1', now: /^s1 is serving in nodes/ })
  const kinds = new Set(events.map(({ kind }) => kind))
  for (const kind of ['membership', 'decision', 'outcome'] as const) t.ok(kinds.has(kind), kind)
  t.same(agent.events.entries(), events)
  // Without a client, a poll that took long is not repeated soon.
  const watch = agent.watching()
  await until('a sample', () => agent.traffic().pools.some(({ name }) => name === 'nodes'))
  watch[Symbol.dispose]()
  t.ok(agent.traffic().markers.some(({ generation }) => generation === 1))
})

t.test('an action is an entry, with its texts on one line', async t => {
  const { agent, events } = await scene(t)
  const action = { action: 'rollback', target: '7', by: 'x\ny', result: 'no\u001b[2J' } as const
  agent.reportAction({ ...action, reason: 'a\nb' })
  t.match(events.at(-1), {
    kind: 'action',
    target: '7',
    text: 'rollback 7 (a b) by x y: no\\u{1b}[2J',
  })
  agent.reportAction({ action: 'thaw', by: 'control socket', result: 'done' })
  t.equal(events.at(-1)?.text, 'thaw by control socket: done')
})

t.test('two agents cannot run with one HAProxy, and the lock ends with the run', async t => {
  const { configuration, stop } = await scene(t)
  const { signal } = new AbortController()
  await t.rejects(createAgent(configuration).run({ signal }), { code: 'locked' })
  await stop()
  t.notOk(existsSync(`${configuration.haproxy.configFile}.lock`))
})

t.test('the memory is on disk after the run, and a freeze outlives it', async t => {
  const { agent, serf, configuration, haproxy, stop } = await scene(t)
  serf.send(membershipOf({ s1: 'alive' }))
  await until('s1', () => haproxy.server('nodes', 's1'))
  await until('the generation', () => agent.state().generation)
  await agent.freeze('maintenance')
  await stop()
  const file = join(configuration.stateFolder, 'memory.json')
  t.match(JSON.parse(readFileSync(file, 'utf8')), {
    members: [{ name: 's1', pools: ['nodes'] }],
    frozen: { reason: 'maintenance' },
  })
  const next = createAgent(configuration, { sources: { membership: serf.membership } })
  const end = new AbortController()
  const running = next.run({ signal: end.signal })
  await until('the mode', () => next.state().mode === 'frozen')
  end.abort()
  await running
})

t.test(
  'a drained member keeps its sessions only, also after a restart, until it is undrained',
  async t => {
    const { agent, serf, configuration, haproxy, stop } = await scene(t)
    serf.send(membershipOf({ s1: 'alive', s2: 'alive' }))
    await until('both', () =>
      ['s1', 's2'].every(name => (haproxy.server('nodes', name)?.weight ?? 0) > 0),
    )
    t.equal(await agent.drain('s9'), false)
    t.equal(await agent.undrain('s1'), false)
    t.equal(await agent.drain('s1', 'an upgrade'), true)
    await until('the drain', () => agent.explain('s1').decidedBy === 'operator')
    await until('its weight', () => haproxy.server('nodes', 's1')?.weight === 0)
    t.match(agent.state(), { drained: [{ member: 's1', reason: 'an upgrade' }] })
    t.match(agent.explain('s1'), {
      decidedBy: 'operator',
      rules: [{ rule: 'no operator drains it', holds: false, found: /an upgrade/ }],
    })
    await stop()
    const again = fakeMembership()
    const next = createAgent(configuration, {
      sources: { membership: again.membership, rejoin: async () => true },
    })
    const end = new AbortController()
    const running = next.run({ signal: end.signal })
    again.send(membershipOf({ s1: 'alive', s2: 'alive' }))
    await until('the next decision', () => next.state().outcome)
    t.equal(haproxy.server('nodes', 's1')?.weight, 0)
    t.equal(await next.undrain('s1'), true)
    await until('its traffic', () => (haproxy.server('nodes', 's1')?.weight ?? 0) > 0)
    t.notOk('drained' in next.state())
    end.abort()
    await running
  },
)

t.test('a refresh has the members read', async t => {
  const { agent, serf } = await scene(t)
  await until('the subscription', () => serf.counts.subscriptions === 1)
  agent.refresh()
  t.equal(serf.counts.refreshes, 1)
})

function invalid(): never {
  throw new Error('line 3 is invalid')
}

t.test('a new configuration restarts the pipeline; an invalid one changes nothing', async t => {
  const { agent, serf, configuration, events } = await scene(t)
  await until('the subscription', () => serf.counts.subscriptions === 1)
  t.equal(await agent.configure(invalid), 'line 3 is invalid')
  t.match(agent.state().configuration, { refused: 'line 3 is invalid' })
  t.equal(serf.counts.subscriptions, 1)
  t.equal(await agent.configure(() => ({ ...configuration, failedGraceMs: 1 })), undefined)
  t.equal(agent.state().configuration.refused, undefined)
  await until('the next subscription', () => serf.counts.subscriptions === 2)
  t.same(
    events.flatMap(event => (event.kind === 'configuration' ? event.isAccepted : [])),
    [false, true],
  )
})

t.test('a running agent tries a refused configuration again after a while', async t => {
  const clock = fakeClock()
  const { agent, configuration } = await scene(t, {}, { clock })
  let isBroken = true
  const load = () => (isBroken ? invalid() : { ...configuration, failedGraceMs: 1 })
  t.equal(await agent.configure(load), 'line 3 is invalid')
  isBroken = false
  clock.pass(30_000)
  await until('the configuration', () => agent.state().configuration.refused === undefined)
})

t.test('without a token, only an event stream has HAProxy polled more often', async t => {
  const { agent, haproxy } = await scene(t, { reconcileMs: 3_600_000 })
  const host = '127.0.0.1'
  const port = await freePort(host)
  const server = await serveAgent({ agent, listen: { address: host, port } })
  t.teardown(() => server.close())
  const polls = () => haproxy.commands.filter(command => command.startsWith('show info')).length
  await until('the first poll', () => agent.state().haproxy.seenAt)
  const idle = polls()
  for (let i = 0; i < 20; i++) {
    agent.state()
    agent.explain('s1')
    for (const path of ['/state', '/metrics', '/health', '/ready', '/members', '/explain/s1'])
      t.ok((await fetch(`http://${host}:${port}${path}`)).status < 504)
  }
  t.equal(polls(), idle, 'reading changes no timer')
  const stream = request({ host, port, path: '/events', agent: false }).end()
  stream.on('error', () => {})
  t.teardown(() => stream.destroy())
  await until('two more polls', () => polls() >= idle + 2)
})
