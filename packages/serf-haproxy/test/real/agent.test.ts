import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { defaultTemplate } from 'haproxy-config-render'
import { createRuntimeClient } from 'haproxy-runtime'
import { endProcess, until } from 'real-components'
import t from 'tap'
import { skip, startCluster } from './real-cluster.js'

t.test(
  'a member that joins is served, one that leaves is removed, and no worker is replaced',
  { skip },
  async t => {
    const { member, pool, place, agent } = await startCluster(t)
    const runtime = createRuntimeClient({ socket: place.runtimeSocket })
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
  'a member with a line break in its name is quarantined, and all others are served',
  { skip },
  async t => {
    const { member, pool, agent, place } = await startCluster(t)
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
      reason: /its name: expected /,
    })
    t.notMatch(readFileSync(place.configFile, 'utf8'), /6\.6\.6\.6/)
  },
)

t.test(
  'a member with a line that HAProxy rejects is quarantined until its tags are fixed',
  { skip },
  async t => {
    const template = defaultTemplate.source.replace(
      '  {{servers this}}\n',
      '{{#each servers}}\n  timeout server {{default tags.wait "30s"}}\n{{/each}}\n  {{servers this}}\n',
    )
    const { member, pool, agent, events } = await startCluster(t, { template })
    await member('s1', { tags: { wait: '10s' } })
    await pool('s1')
    const bad = await member('s2', { tags: { wait: 'soon' } })
    await until('s2 to be left out', async () => agent.state().quarantined.length > 0)
    t.match(agent.state().quarantined, [
      {
        member: 's2',
        pool: 'nodes',
        code: 'rejected',
        reason: /HAProxy rejects its lines: .*\[haproxy\.cfg:\d+\].*timeout server/,
      },
    ])
    await member('s3', { tags: { wait: '20s' } })
    await pool('s1', 's3')
    t.equal(agent.state().outcome?.kind === 'rejected', false)
    const rejections = events.filter(
      event => event.kind === 'outcome' && event.outcome.kind === 'rejected',
    )
    t.strictSame(rejections, [], 'an error that was fixed at once is not reported')
    const rpc = `-rpc-addr=${bad.address}:${bad.rpcPort}`
    execFileSync('serf', ['tags', rpc, '-set', 'wait=5s'])
    await pool('s1', 's2', 's3')
    await until('no member to be quarantined', async () => agent.state().quarantined.length === 0)
  },
)

t.test(
  'while the Serf agent is unreachable the pool stays, and the state shows it',
  { skip },
  async t => {
    const { member, pool, agent, lb, servers } = await startCluster(t)
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
  },
)

t.test('a server that was removed by hand is restored', { skip }, async t => {
  const { member, pool, place, servers } = await startCluster(t)
  await member('s1')
  await pool('s1')
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
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
  'a member that Serf reports as failed keeps its traffic while HAProxy finds it healthy',
  { skip },
  async t => {
    const { member, pool, agent, servers } = await startCluster(t)
    const s1 = await member('s1')
    await member('s2')
    await pool('s1', 's2')
    // Its gossip dies; its application goes on.
    await endProcess(s1.process, 'SIGKILL')
    await until('Serf to call it failed', () =>
      agent.state().members.some(m => m.name === 's1' && m.standing === 'kept-by-health'),
    )
    t.same((await servers()).map(({ name }) => name).toSorted(), ['s1', 's2'])
  },
)
