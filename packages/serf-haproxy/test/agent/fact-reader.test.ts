import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRuntimeClient, HaproxyError, type RunningServer } from 'haproxy-runtime'
import t, { type Test } from 'tap'
import { FactReader } from '../../src/agent/fact-reader.js'
import { openPipeline } from '../../src/agent/pipeline.js'
import { noMemory } from '../../src/decision/member-memory.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { fakeClock } from '../fake-clock.js'
import { decisionOn } from '../reporting/sample-facts.js'
import { membershipOf } from '../sample-membership.js'
import { runningServer } from '../sample-running-server.js'
import { configurationIn } from './fake-haproxy-place.js'

const { signal } = new AbortController()
const server = (name: string, health: 'up' | 'down' = 'up') => runningServer(name, { health })

/** A fact reader whose HAProxy runs `running`; undefined for one that does not answer. */
async function scene(
  t: Test,
  running: readonly RunningServer[] | undefined,
  { trustsMembers = true, template }: { trustsMembers?: boolean; template?: string } = {},
) {
  const clock = fakeClock()
  const journal = new AgentJournal(clock, () => {})
  const haproxy = { reads: 0 }
  const runtime = {
    ...createRuntimeClient({ socket: '/nowhere' }),
    servers: async () => {
      haproxy.reads++
      if (!running) throw new HaproxyError('unreachable', 'ENOENT')
      return [...running]
    },
  }
  const folder = t.testdir({ 'a.hbs': template ?? '' })
  const configuration = configurationIn(
    folder,
    template === undefined ? {} : { template: join(folder, 'a.hbs') },
  )
  const pipeline = await openPipeline(configuration, undefined, { runtime })
  const reader = new FactReader({ clock, journal, trustsMembers })
  const send = (...snapshot: Parameters<typeof membershipOf>) => {
    const membership = membershipOf(...snapshot)
    journal.dispatch({ kind: 'membership', membership })
    return membership
  }
  const read = (members = noMemory) =>
    reader.read(pipeline, { members, decision: undefined }, signal)
  return { clock, journal, haproxy, reader, configuration, send, read }
}

t.test('there are no facts before the first snapshot, and HAProxy is not asked', async t => {
  const { clock, haproxy, read } = await scene(t, [])
  clock.pass(3_600_000)
  t.equal(await read(), undefined)
  t.equal(haproxy.reads, 0)
})

t.test('the first facts have the servers of HAProxy, to be adopted', async t => {
  const running = [server('s1'), server('s2', 'down')]
  const { clock, send, read } = await scene(t, running)
  const membership = send({ s1: 'alive', s2: 'alive' })
  clock.pass(7)
  const found = await read()
  t.equal(found?.facts.membership, membership)
  t.equal(found?.facts.wallTime, clock.wallTime())
  t.same(found?.adopted, running)
  t.match(found?.facts.servers, new Map([['s1', { health: 'up', provenIn: ['nodes'] }]]))
  t.equal(found?.facts.servers?.get('s2')?.health, 'down')
})

t.test('servers are adopted once, and not read again while nothing is in doubt', async t => {
  const { haproxy, send, read } = await scene(t, [server('s1')])
  send({ s1: 'alive' })
  await read()
  const { memory } = await decisionOn({ s1: 'alive' })
  t.match(await read(memory), { facts: { servers: undefined }, adopted: undefined })
  t.equal(haproxy.reads, 1)
})

for (const [name, status, suspects] of [
  ['fails', 'failed', []],
  ['leaves', 'leaving', []],
  ['is suspect', 'alive', ['s1']],
] as const)
  t.test(`servers are read again while a member ${name}, and not adopted`, async t => {
    const { haproxy, send, read } = await scene(t, [server('s1')])
    send({ s1: 'alive' })
    await read()
    send({ s1: status }, { suspects: new Set(suspects) })
    const { memory } = await decisionOn({ s1: 'alive' })
    const found = await read(memory)
    t.equal(found?.facts.servers?.get('s1')?.health, 'up')
    t.equal(found?.adopted, undefined)
    t.equal(haproxy.reads, 2)
  })

t.test('a HAProxy that does not answer gives facts without servers', async t => {
  const { haproxy, send, read } = await scene(t, undefined)
  send({ s1: 'alive' })
  t.match(await read(), { facts: { servers: undefined }, adopted: undefined })
  t.equal(haproxy.reads, 1)
})

t.test('a Serf agent that never answered gives no facts for three seconds', async t => {
  const { clock, haproxy, send, read } = await scene(t, [server('s1')])
  send({}, { connected: false })
  clock.pass(2999)
  t.equal(await read(), undefined)
  clock.pass(1)
  t.match(await read(), {
    facts: { membership: { connected: false }, servers: undefined, wallTime: clock.wallTime() },
    adopted: undefined,
  })
  t.equal(haproxy.reads, 0)
})

t.test('a HAProxy with a file waits for the Serf agent', async t => {
  const { clock, configuration, send, read } = await scene(t, [])
  writeFileSync(configuration.haproxy.configFile, 'global\n')
  send({}, { connected: false })
  clock.pass(3_600_000)
  t.equal(await read(), undefined)
})

t.test('servers are still adopted after the file with empty pools', async t => {
  const { clock, send, read } = await scene(t, [server('s1')])
  send({}, { connected: false })
  clock.pass(3000)
  await read()
  send({ s1: 'alive' })
  t.match((await read())?.adopted, [{ name: 's1' }])
})

t.test('a Serf agent that answered once keeps its facts while it is away', async t => {
  const { send, read } = await scene(t, [])
  send({ s1: 'alive' })
  const membership = send({ s1: 'alive' }, { connected: false })
  t.equal((await read())?.facts.membership, membership)
})

t.test('too many unknown servers are held until the members are trusted', async t => {
  const { journal, reader, send, read } = await scene(t, [server('s1'), server('s2')], {
    trustsMembers: false,
  })
  send({})
  t.equal(await read(), undefined)
  t.match(journal.record.held, {
    reason: /^Serf knows 0 of the 2 servers/,
    removals: [
      { pool: 'nodes', member: 's1' },
      { pool: 'nodes', member: 's2' },
    ],
  })
  t.equal(await read(), undefined, 'and in the next round')
  t.equal(journal.record.counters.held, 1)
  reader.trustMembers()
  t.equal((await read())?.adopted?.length, 2)
})

t.test('servers of the template itself are neither held nor counted', async t => {
  const template = `backend nodes
  {{servers "nodes"}}
  server sorry 10.0.0.9:80 backup
  server-template many 2-3 10.0.0.8:80
`
  const fixed = ['sorry', 'many2', 'many3'].map(name => server(name))
  const all = [server('s1'), server('s2'), ...fixed]
  const options = { trustsMembers: false, template }
  const { journal, send, read } = await scene(t, all, options)
  send({})
  t.equal(await read(), undefined)
  t.match(journal.record.held, {
    reason: /^Serf knows 0 of the 2 servers/,
    removals: [{ member: 's1' }, { member: 's2' }],
  })
  t.equal(journal.record.held?.removals.length, 2)
  const others = await scene(t, [server('s1'), ...fixed], options)
  others.send({ s1: 'alive' })
  t.equal((await others.read())?.adopted?.length, 4, 'one member next to three static servers')
})

t.test('members that return end the hold without an operator', async t => {
  const { send, read } = await scene(t, [server('s1'), server('s2')], { trustsMembers: false })
  send({})
  t.equal(await read(), undefined)
  send({ s1: 'alive' })
  t.equal((await read())?.adopted?.length, 2, 'one of two is allowed')
})

t.test('an agent with a memory holds no unknown server', async t => {
  const { journal, send, read } = await scene(t, [server('s1'), server('s2')])
  send({})
  t.equal((await read())?.adopted?.length, 2)
  t.equal(journal.record.held, undefined)
})

t.test('an agent without a memory takes a HAProxy that runs no server', async t => {
  const { send, read } = await scene(t, [], { trustsMembers: false })
  send({})
  t.same((await read())?.adopted, [])
})
