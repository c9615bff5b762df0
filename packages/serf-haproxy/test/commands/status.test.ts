import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'
import { memberNamed, serverNamed } from '../sample-state.js'
import { runCommand, runWithVariables, writeConfiguration } from '../run-command.js'

t.test('status prints the agent, its pools and a warning for each problem', async t => {
  const { run } = await serveFakeAgent(t, {
    members: [memberNamed('s1'), memberNamed('s2', { status: 'failed' })],
    quarantined: [{ member: 'evil', pool: 'nodes', code: 'name', reason: 'not a name' }],
    pools: [
      { name: 'nodes', servers: [serverNamed('s1'), serverNamed('s2', { health: 'down' })] },
      { name: 'empty', servers: [] },
    ],
    generation: { number: 3, at: 1_700_000_000_000, cause: 's1 joined', via: 'runtime', tookMs: 1 },
    haproxy: { reachable: true, version: '3.2.1', pid: 42, oldWorkers: 2 },
  })
  const { code, stdout } = await run('status')
  t.equal(code, 0)
  t.match(stdout, /^agent +following, degraded, since 2023-11-14 22:13:20\.000Z$/m)
  t.match(stdout, /^Serf +connected, 1 of 2 alive$/m)
  t.match(stdout, /^HAProxy +3\.2\.1, worker 42, 2 old workers$/m)
  t.match(stdout, /^applied +generation 3 at 2023-/m)
  t.match(stdout, /^cause +s1 joined, by runtime$/m)
  t.match(stdout, /^pool +nodes: s1 up, s2 down$/m)
  t.match(stdout, /^pool +empty: no servers$/m)
  t.match(stdout, /^warning: 1 member is quarantined: evil \(nodes: not a name\)$/m)
})

t.test('status tells a held change of the configuration, and pools without a line', async t => {
  const heldChange = { since: 0, reason: 'pools.nodes.tags.role: expected wbe', removals: [] }
  const { run } = await serveFakeAgent(t, { mode: 'held', heldChange, unprinted: ['apps'] })
  const { stdout } = await run('status')
  t.match(stdout, /^agent +held, degraded/m)
  t.match(stdout, /^warning: a change of the configuration is held: pools\.nodes\.tags\.role/m)
  t.match(stdout, /^warning: the template prints pool apps nowhere/m)
})

t.test('status counts one old worker as one', async t => {
  const { run } = await serveFakeAgent(t, { haproxy: { reachable: true, oldWorkers: 1 } })
  t.match((await run('status')).stdout, /^HAProxy .*, 1 old worker$/m)
})

t.test('status prints unreachable components, and a dash before the first generation', async t => {
  const { run } = await serveFakeAgent(t, {
    serf: { address: '127.0.0.1:7373', connected: false, error: 'refused' },
    haproxy: { reachable: false, error: 'no socket' },
  })
  const { stdout } = await run('status')
  t.match(stdout, /^Serf +unreachable$/m)
  t.match(stdout, /^HAProxy +unreachable$/m)
  t.match(stdout, /^applied +–$/m)
  t.match(stdout, /^warning: .*127\.0\.0\.1:7373/m)
})

t.test('status --json prints the whole state', async t => {
  const { run } = await serveFakeAgent(t, { mode: 'frozen' })
  t.match(JSON.parse((await run('status', '--json')).stdout), { mode: 'frozen', members: [] })
})

t.test('status without a running agent exits with 2 and names both addresses', async t => {
  const file = await writeConfiguration(t.testdir())
  const { code, stdout, stderr } = await runCommand('status', '--config', file)
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /no agent answers at .*control\.sock, nor at 127\.0\.0\.1:/)
})

t.test('status has no colour in a pipe, and one for each state where it is forced', async t => {
  const { file } = await serveFakeAgent(t, {
    pools: [{ name: 'nodes', servers: [serverNamed('s1', { health: 'down' })] }],
  })
  const plain = await runCommand('status', '--config', file)
  t.notMatch(plain.stdout, '\u001B')
  const forced = await runWithVariables({ FORCE_COLOR: '1' }, 'status', '--config', file)
  t.match(forced.stdout, '\u001B[31mnodes: s1 down\u001B[39m')
})
