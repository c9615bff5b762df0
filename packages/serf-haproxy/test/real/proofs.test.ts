import { setTimeout as wait } from 'node:timers/promises'
import { createRuntimeClient } from 'haproxy-runtime'
import { endProcess, freePort, startSerfAgent, until } from 'real-components'
import t, { type Test } from 'tap'
import { cutOffNetwork, noNamespaces } from './cut-off-network.js'
import { key, scene, skip, type Scene } from './scene.js'
import { startTraffic } from './traffic.js'

/** `npm run soak` makes these as long as it takes to be sure. */
const isSoak = process.env['SOAK'] !== undefined

/** Serf looks for members that it lost by itself, one every 30 s; the agent does not wait for that. */
const reconnectInterval = '30s'
const mostToConvergeMs = isSoak ? 5000 : 20_000

/** What may not happen to any of the named servers while something else goes on. */
async function undisturbed(
  t: Test,
  { servers, agent, url }: Scene,
  names: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<void> {
  const traffic = startTraffic(url)
  let isOver = false
  const missing = new Set<string>()
  let withTraffic = Infinity
  const watching = (async () => {
    while (!isOver) {
      const running = await servers()
      for (const name of names) if (!running.some(each => each.name === name)) missing.add(name)
      withTraffic = Math.min(withTraffic, running.filter(({ weight }) => weight > 0).length)
      await wait(20)
    }
  })()
  const stop = async () => {
    isOver = true
    await watching
    return traffic.stop()
  }
  try {
    await meanwhile()
  } catch (error) {
    await stop()
    throw error
  }
  const { requests, failures } = await stop()
  t.same([...missing], [], 'no server was removed')
  t.ok(withTraffic >= 1, `${withTraffic} servers or more had traffic at any time`)
  t.same(failures, [], `of ${requests} requests none failed`)
  t.equal(agent.state().counters.reloads, 0, 'nothing was reloaded')
}

t.test(
  'a load balancer that is cut off from its cluster removes nobody, and converges when the cut heals',
  { skip: skip || noNamespaces },
  async t => {
    const network = cutOffNetwork(t)
    const gossipPort = await freePort('127.0.0.1')
    const lbAt = { address: network.there, gossipPort, rpcPort: 7373 }
    const { within } = network
    const made = await scene(t, {
      lb: { at: lbAt, rpcAddress: network.thereStays, within, reconnectInterval },
    })
    const names = ['s1', 's2', 's3', 's4']
    for (const name of names) {
      const port = await freePort(network.here)
      const at = {
        address: network.here,
        gossipPort: await freePort(network.here),
        rpcPort: await freePort(network.here),
      }
      await made.member(name, { at, tags: { port: String(port) }, reconnectInterval })
    }
    await made.pool(...names)
    const standings = () => made.agent.state().members.filter(({ name }) => names.includes(name))
    await undisturbed(t, made, names, async () => {
      network.cut()
      await until('Serf to call them failed', () =>
        standings().every(({ status }) => status === 'failed'),
      )
      if (isSoak) await wait(60_000)
      network.heal()
      const since = performance.now()
      await until('Serf to see them again', async () =>
        standings().every(({ status }) => status === 'alive'),
      )
      await until('the agent to converge', async () => {
        const servers = await made.servers()
        return (
          made.agent.state().mode === 'following' && servers.every(({ weight }) => weight === 100)
        )
      })
      const tookMs = performance.now() - since
      t.ok(tookMs <= mostToConvergeMs, `converged ${Math.round(tookMs)} ms after the cut healed`)
    })
    const told = made.events.filter(({ kind }) => kind === 'rejoin')
    t.equal(told.length, 1, 'it is told once that Serf is to look for them')
  },
)

t.test(
  'the load balancer’s Serf agent is killed and comes back knowing nobody',
  { skip },
  async t => {
    const made = await scene(t)
    const { lb } = made
    const s1 = await made.member('s1')
    const s2 = await made.member('s2')
    await made.pool('s1', 's2')
    await undisturbed(t, made, ['s1', 's2'], async () => {
      // They would find the new one before anybody saw that it knows nobody.
      for (const each of [s1, s2]) each.process.kill('SIGSTOP')
      await endProcess(lb.process)
      await until('the agent to notice', () => !made.agent.state().serf.connected)
      const before = { name: 'lb', key, rpcKey: 'only for this test', tags: { role: 'balancer' } }
      const blank = await startSerfAgent(t, { ...before, at: lb })
      await until('the agent to be connected again', () => made.agent.state().serf.connected)
      await until('the members to be missed', () =>
        made.agent.state().members.some(({ status }) => status === 'absent'),
      )
      await endProcess(blank.process)
      for (const each of [s1, s2]) each.process.kill('SIGCONT')
      await startSerfAgent(t, { ...before, at: lb, seeds: [s1] })
      await until('everybody to be alive again', () => {
        const { members } = made.agent.state()
        return ['s1', 's2'].every(
          name => members.find(each => each.name === name)?.status === 'alive',
        )
      })
    })
  },
)

t.test('every backend’s gossip freezes at once, and nobody loses traffic', { skip }, async t => {
  const made = await scene(t)
  const names = ['s1', 's2', 's3']
  const members = await Promise.all(names.map(name => made.member(name)))
  await made.pool(...names)
  const all = () => made.agent.state().members.filter(({ name }) => names.includes(name))
  await undisturbed(t, made, names, async () => {
    for (const each of members) each.process.kill('SIGSTOP')
    await until('Serf to call them failed', () => all().every(({ status }) => status === 'failed'))
    t.same(
      all().map(({ standing }) => standing),
      ['kept-by-health', 'kept-by-health', 'kept-by-health'],
    )
    if (isSoak) await wait(50_000)
    for (const each of members) each.process.kill('SIGCONT')
    await until('everybody to be alive again', () =>
      all().every(({ status }) => status === 'alive'),
    )
  })
})

t.test(
  'half the cluster fails at once: it is taken out, and no request fails',
  { skip },
  async t => {
    const made = await scene(t)
    const names = ['s1', 's2', 's3', 's4']
    const members = await Promise.all(names.map(name => made.member(name)))
    await made.pool(...names)
    await undisturbed(t, made, ['s3', 's4'], async () => {
      for (const { process: serf, application } of members.slice(0, 2)) {
        serf.kill('SIGKILL')
        application.close()
        application.closeAllConnections()
      }
      await until('the dead to be out', async () => {
        const running = await made.servers()
        return running.length === 2
      })
    })
    t.equal(made.agent.state().mode, 'following')
    const third = members[2]
    third?.process.kill('SIGKILL')
    third?.application.close()
    third?.application.closeAllConnections()
    await until('one more to be held', () => made.agent.state().mode === 'held')
    t.same(made.agent.state().held?.removals, [{ pool: 'nodes', member: 's3' }])
    t.equal(made.agent.acceptRemovals(), true)
    await made.pool('s4')
    await until('nothing to be held', () => made.agent.state().mode === 'following')
  },
)

t.test(
  'frozen, it only watches; a rollback pins a generation; thawed, it follows again',
  { skip },
  async t => {
    const made = await scene(t)
    const { agent } = made
    await made.member('s1')
    await made.pool('s1')
    await agent.freeze('maintenance')
    await made.member('s2')
    await until('s2 to be decided on', () =>
      agent.state().members.some(({ name, standing }) => name === 's2' && standing === 'serving'),
    )
    t.same(
      (await made.servers()).map(({ name }) => name),
      ['s1'],
    )
    t.match(agent.state(), { mode: 'frozen', frozen: { reason: 'maintenance' } })
    await agent.thaw()
    await made.pool('s1', 's2')
    const generations = await until('the generation after the thaw', async () => {
      const kept = await agent.generations()
      return kept.at(-1)?.cause.startsWith('thawed') && kept
    })
    const first = generations.at(-2)
    const outcome = await agent.rollback(first?.number ?? 0)
    t.equal(outcome.kind, 'applied')
    await made.pool('s1')
    t.match(agent.state(), { mode: 'frozen', frozen: { generation: first?.number } })
    await t.rejects(agent.rollback(999), { code: 'unknown-generation' })
    t.match(await agent.diff(first?.number ?? 0, (first?.number ?? 0) + 1), /\+  server s2 /)
    await agent.thaw()
    await made.pool('s1', 's2')
    const { rules, times, now } = agent.explain('s2')
    t.match(now, /^s2 is serving in nodes/)
    t.ok(
      rules.every(({ holds }) => holds),
      JSON.stringify(rules.filter(({ holds }) => !holds)),
    )
    await until('its first health', () => agent.explain('s2').times.firstHealthy !== undefined)
    t.ok((times.seen ?? 0) <= (times.admitted ?? 0))
    t.match(agent.explain('nobody').now, /unknown/)
    t.ok(
      agent
        .explain('lb')
        .rules.some(
          ({ rule, holds, found }) => rule === 'nodes: tag role' && !holds && found === 'balancer',
        ),
    )
    await made.member('s3')
    await made.pool('s1', 's2', 's3')
    await until('the join to be timed', () => agent.state().latency.count > 0)
    const runtime = createRuntimeClient({ socket: made.place.runtimeSocket })
    const { pid } = await runtime.info()
    await until('the worker to be seen', () => agent.state().haproxy.pid === pid)
  },
)
