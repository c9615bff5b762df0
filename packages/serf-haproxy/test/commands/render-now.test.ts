import { startFakeAgent } from 'node-serf-client/fake-agent'
import t from 'tap'
import { openStateFolder } from '../../src/storage/state-folder.js'
import { renderNow } from '../../src/commands/render-now.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { memoryFromData } from '../../src/decision/member-memory.js'
import { writeConfiguration } from '../run-command.js'

const member = (name: string, status: 'alive' | 'failed' | 'left') => ({
  name,
  address: '127.0.0.2',
  port: 7946,
  status,
  tags: { role: 'backend' },
})

t.test('the members that the Serf agent reports as alive are rendered', async t => {
  await using serf = await startFakeAgent({
    members: [member('s1', 'alive'), member('s2', 'failed'), member('s3', 'left')],
  })
  const config = await writeConfiguration(t.testdir(), { rpc: `127.0.0.1:${serf.port}` })
  const { rendering } = await renderNow(loadConfiguration(config), {
    config,
    set: [],
    members: true,
  })
  const { pools, text } = rendering.rendered
  t.same(
    pools.map(({ name, servers }) => [name, servers.map(server => server.name)]),
    [['nodes', ['s1']]],
  )
  t.match(text, /^\s+server s1 127\.0\.0\.2:3000 /m)
})

t.test('a member keeps the place that it has by the memory of the last agent', async t => {
  await using serf = await startFakeAgent({
    members: [member('a1', 'alive'), member('w1', 'alive')],
  })
  const config = await writeConfiguration(t.testdir(), { rpc: `127.0.0.1:${serf.port}` })
  const configuration = loadConfiguration(config)
  const servers = async () => {
    const { rendering } = await renderNow(configuration, { config, set: [], members: true })
    return rendering.rendered.pools.flatMap(pool => pool.servers.map(({ name }) => name))
  }
  t.same(await servers(), ['a1'])
  const { address, tags } = member('w1', 'alive')
  const folder = openStateFolder(configuration.stateFolder, {
    onDisk: error => t.fail(error?.message ?? 'none'),
    onRepaired: text => t.fail(text),
    wallTime: () => 0,
  })
  folder.save({
    memory: memoryFromData([
      { name: 'a1', address, tags, pools: [] },
      { name: 'w1', address, tags, pools: ['nodes'] },
    ]),
    frozen: undefined,
  })
  await folder.flushed()
  t.same(await servers(), ['w1'])
})

t.test('without members no Serf agent is asked', async t => {
  const config = await writeConfiguration(t.testdir())
  const flags = { config, set: [], members: false }
  const { rendering } = await renderNow(loadConfiguration(config), flags)
  t.same(
    rendering.rendered.pools.flatMap(({ servers }) => servers),
    [],
  )
})

t.test('an unreachable Serf agent is an error with its cause', async t => {
  const config = await writeConfiguration(t.testdir())
  await t.rejects(renderNow(loadConfiguration(config), { config, set: [], members: true }), {
    name: 'AgentError',
    code: 'no-membership',
    cause: { code: 'unreachable' },
  })
})
