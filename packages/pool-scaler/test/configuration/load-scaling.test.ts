import { join } from 'node:path'
import t from 'tap'
import { loadScaling } from '../../src/configuration/load-scaling.js'

const driver = "driver: { start: [podman, run], stop: [podman, stop, '{{name}}'] }"

t.test('a file gives the pools with their defaults, and absolute paths', async t => {
  const folder = t.testdir({
    'a.yaml': `agent: state/control.sock
${driver}
pools:
  - { name: web, size: 2, members: 'web-[0-9]+' }
`,
  })
  const { agent, memoryFile, intervalMs, pools } = loadScaling(join(folder, 'a.yaml'))
  t.strictSame(agent, { socketPath: join(folder, 'state/control.sock') })
  t.equal(memoryFile, join(folder, 'pool-scaler.memory.json'))
  t.equal(intervalMs, 2000)
  t.match(pools, [{ target: { name: 'web', size: 2, hungAfterMs: 30_000, maximumInFlight: 1 } }])
  const names = ['web-1', 'web-', 'xweb-1', 'web-1\n']
  t.strictSame(
    names.filter(name => pools[0]?.isOwn(name)),
    ['web-1'],
  )
})

t.test('an agent is a socket, or an address and a port', async t => {
  const agentOf = (text: string) => {
    const file = `agent: '${text}'\n${driver}\npools: [{ name: web, size: 1 }]\n`
    return loadScaling(join(t.testdir({ 'a.yaml': file }), 'a.yaml')).agent
  }
  t.strictSame(agentOf('127.0.0.1:9642'), { host: '127.0.0.1', port: 9642 })
  t.strictSame(agentOf('[::1]:80'), { host: '::1', port: 80 })
  t.strictSame(agentOf('/run/control.sock'), { socketPath: '/run/control.sock' })
  t.throws(() => agentOf('127.0.0.1'), { code: 'configuration', message: /found 127\.0\.0\.1;/ })
  t.throws(() => agentOf('a:99999'), { code: 'configuration' })
})

t.test(
  'an invalid file is an error with each field, what is expected and what is there',
  async t => {
    const folder = t.testdir({
      'a.yaml': "driver: { start: [run, '{{name}}'], stop: [podman, stop] }\npools: []\n",
      'b.yaml': 'pools: [',
    })
    t.throws(() => loadScaling(join(folder, 'a.yaml')), {
      code: 'configuration',
      message: /driver\.start: expected no .*\n.*driver\.stop: expected .*\n.*pools: expected at/,
    })
    t.throws(() => loadScaling(join(folder, 'b.yaml')), { code: 'configuration' })
    t.throws(() => loadScaling(join(folder, 'c.yaml')), {
      code: 'configuration',
      message: /^cannot read .*c\.yaml: ENOENT/,
    })
  },
)
