import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import { connectRuntime, type RunningServer } from 'haproxy-runtime'
import {
  endProcess,
  freePort,
  gossipKey,
  haproxyPlace,
  loopbackAddress,
  missingProgram,
  startHaproxy,
  startSerfAgent,
  until,
  type HaproxyPlace,
  type SerfAgent,
} from 'real-components'
import t, { type Test } from 'tap'
import type { AgentEvent } from '../../src/agent-event.js'
import { createAgent } from '../../src/create-agent.js'
import { loadConfiguration } from '../../src/load-configuration.js'
import { loadTemplate, renderMembers } from '../../src/render-members.js'

const key = gossipKey()
const rpcKey = 'only for this test'
const skip = missingProgram('serf', 'haproxy')

interface Scene {
  readonly place: HaproxyPlace
  readonly lb: SerfAgent
  readonly agent: ReturnType<typeof createAgent>
  readonly events: AgentEvent[]
  /** Starts a member whose application answers health checks. */
  member(name: string, tags?: Readonly<Record<string, string>>): Promise<SerfAgent>
  servers(): Promise<readonly RunningServer[]>
  /** Resolves when the pool has exactly these servers. */
  pool(...names: string[]): Promise<unknown>
}

/** A load balancer's Serf agent, a HAProxy, and the agent under test between them. */
async function scene(t: Test, template?: string): Promise<Scene> {
  const place = haproxyPlace(t)
  const lb = await startSerfAgent(t, { name: 'lb', key, rpcKey, tags: { role: 'balancer' } })
  const address = loopbackAddress()
  const applicationPort = await freePort(address)
  const file = join(place.folder, 'agent.yaml')
  writeFileSync(join(place.folder, 'rpc.key'), `${rpcKey}\n`)
  if (template !== undefined) writeFileSync(join(place.folder, 'own.hbs'), template)
  writeFileSync(
    file,
    `
serf: { rpc: '${lb.address}:${lb.rpcPort}', authKeyFile: rpc.key }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '${address}:${await freePort(address)}', pool: nodes }]
pools: [{ name: nodes, tags: { role: backend }, port: ${applicationPort}, healthCheck: /health, printTags: [wait] }]
resyncMs: 500
${template === undefined ? '' : 'template: own.hbs'}
`,
  )
  const configuration = loadConfiguration(file)
  const { rendered } = renderMembers([], configuration, loadTemplate(configuration))
  writeFileSync(place.configFile, rendered.text)
  await startHaproxy(t, place)

  const events: AgentEvent[] = []
  const agent = createAgent(configuration, { onEvent: event => events.push(event) })
  const stop = new AbortController()
  const running = agent.run({ signal: stop.signal })
  t.teardown(async () => {
    stop.abort()
    await running
  })

  const runtime = connectRuntime({ socket: place.runtimeSocket })
  const servers = () => runtime.servers(['nodes']).catch(() => [])
  return {
    place,
    lb,
    agent,
    events,
    servers,
    async member(name, tags = {}) {
      const host = loopbackAddress()
      const application = createServer((_, response) => response.end('ok'))
      await new Promise<void>(resolve => application.listen(applicationPort, host, resolve))
      t.teardown(() => {
        application.close()
        application.closeAllConnections()
      })
      const at = { address: host, gossipPort: await freePort(host), rpcPort: await freePort(host) }
      t.equal((application.address() as AddressInfo).address, host)
      return startSerfAgent(t, { name, key, tags: { role: 'backend', ...tags }, seeds: [lb], at })
    },
    pool: (...names) =>
      until(`a pool of ${names.join(', ') || 'nobody'}`, async () => {
        const found = (await servers()).map(({ name }) => name).toSorted()
        return found.join(' ') === names.join(' ')
      }),
  }
}

t.test(
  'a member that joins is served, one that leaves is removed, and no worker is replaced',
  { skip },
  async t => {
    const { member, pool, place, agent } = await scene(t)
    const runtime = connectRuntime({ socket: place.runtimeSocket })
    const { pid } = await runtime.info()
    const s1 = await member('s1')
    await member('s2')
    await pool('s1', 's2')
    // The file is committed right behind the change at run time.
    const file = () => readFileSync(place.configFile, 'utf8')
    await until('s1 in the file', async () => file().includes(`\n  server s1 ${s1.address}:`))
    await endProcess(s1.process, 'SIGTERM')
    await pool('s2')
    await until('s1 out of the file', async () => !file().includes('server s1 '))
    t.equal((await runtime.info()).pid, pid, 'the worker is the same')
    t.match(agent.state(), { serf: { connected: true }, outcome: { kind: /applied|unchanged/ } })
  },
)

t.test(
  'a member whose name could add a line is left out and named, and everybody else is served',
  { skip },
  async t => {
    const { member, pool, agent, place } = await scene(t)
    await member('evil\n  server pwn 6.6.6.6:80')
    await member('s1')
    await pool('s1')
    const [quarantined] = await until('the quarantine', () => {
      const found = agent.state().quarantined
      return found.length > 0 && found
    })
    t.match(quarantined, {
      member: 'evil\n  server pwn 6.6.6.6:80',
      pool: 'nodes',
      reason: /its name is /,
    })
    t.notMatch(readFileSync(place.configFile, 'utf8'), /6\.6\.6\.6/)
  },
)

t.test(
  'a member whose line HAProxy refuses is left out and named, until it mends its tags',
  { skip },
  async t => {
    const template = defaultTemplate.source.replace(
      '  {{servers this}}\n',
      '{{#each servers}}\n  timeout server {{default tags.wait "30s"}}\n{{/each}}\n  {{servers this}}\n',
    )
    const { member, pool, agent, events } = await scene(t, template)
    await member('s1', { wait: '10s' })
    await pool('s1')
    const bad = await member('s2', { wait: 'soon' })
    await until('s2 to be left out', async () => agent.state().quarantined.length > 0)
    t.match(agent.state().quarantined, [
      {
        member: 's2',
        pool: 'nodes',
        code: 'refused',
        reason: /HAProxy refuses its lines: .*\[haproxy\.cfg:\d+\].*timeout server/,
      },
    ])
    await member('s3', { wait: '20s' })
    await pool('s1', 's3')
    t.equal(agent.state().outcome?.kind === 'rejected', false)
    const rejections = events.filter(
      event => event.kind === 'outcome' && event.outcome.kind === 'rejected',
    )
    t.strictSame(rejections, [], 'what was mended at once is no news')
    const rpc = `-rpc-addr=${bad.address}:${bad.rpcPort}`
    execFileSync('serf', ['tags', rpc, '-set', 'wait=5s'])
    await pool('s1', 's2', 's3')
    await until('nobody to be left out', async () => agent.state().quarantined.length === 0)
  },
)

t.test('while the Serf agent is away the pool stays, and the state says so', { skip }, async t => {
  const { member, pool, agent, lb, servers } = await scene(t)
  await member('s1')
  await pool('s1')
  await endProcess(lb.process)
  await until('the agent to notice', () => !agent.state().serf.connected)
  t.same(
    (await servers()).map(({ name }) => name),
    ['s1'],
  )
  const { serf, members } = agent.state()
  t.type(serf.error, 'string')
  // Serf tells its members in no order.
  t.same(members.map(({ name }) => name).toSorted(), ['lb', 's1'])
})

t.test('a server that somebody took away by hand is put back', { skip }, async t => {
  const { member, pool, place, servers } = await scene(t)
  await member('s1')
  await pool('s1')
  const runtime = connectRuntime({ socket: place.runtimeSocket })
  await runtime.batch([
    { text: 'set server nodes/s1 state maint', done: /^$/ },
    { text: 'set server nodes/s1 weight 1', done: /^$/ },
  ])
  await until('s1 to be as it should', async () => {
    const [server] = await servers()
    return server?.admin === 'ready' && server.weight === 100
  })
  t.pass('the agent healed it at its next resync')
})

t.test(
  'a member that Serf calls failed keeps its traffic while HAProxy finds it healthy',
  { skip },
  async t => {
    const { member, pool, agent, servers } = await scene(t)
    const s1 = await member('s1')
    await member('s2')
    await pool('s1', 's2')
    // Its gossip dies; its application goes on.
    await endProcess(s1.process, 'SIGKILL')
    await until(
      'Serf to call it failed',
      () => agent.state().members.some(m => m.name === 's1' && m.standing === 'kept-by-health'),
      40_000,
    )
    t.same((await servers()).map(({ name }) => name).toSorted(), ['s1', 's2'])
  },
)
