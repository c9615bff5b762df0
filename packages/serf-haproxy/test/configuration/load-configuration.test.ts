import { join } from 'node:path'
import t from 'tap'
import { AgentError } from '../../src/agent-error.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'

const good = `
serf:
  rpc: 127.0.0.1:7373
haproxy:
  configFile: haproxy.cfg
  runtimeSocket: run/runtime.sock
  masterSocket: /run/master.sock
template: my.hbs
frontends:
  - { name: web, bind: '[::1]:8080', pool: nodes }
pools:
  - { name: nodes, tags: { role: backend }, port: 3000 }
`

t.test('a file is completed with defaults, and its paths are relative to its folder', async t => {
  const folder = t.testdir({ 'agent.yaml': good })
  const configuration = loadConfiguration(join(folder, 'agent.yaml'))
  t.match(configuration, {
    serf: { rpc: { address: '127.0.0.1', port: 7373 } },
    haproxy: {
      configFile: join(folder, 'haproxy.cfg'),
      runtimeSocket: join(folder, 'run/runtime.sock'),
      masterSocket: '/run/master.sock',
      binary: 'haproxy',
      drainDeadlineMs: 30_000,
    },
    template: join(folder, 'my.hbs'),
    frontends: [{ name: 'web', bind: { address: '::1', port: 8080 }, pool: 'nodes' }],
    reconcileMs: 5000,
    listen: { address: '127.0.0.1', port: 9642 },
  })
})

const invalid: Record<string, [string, string, RegExp]> = {
  'a port that is text': [
    'port: 3000',
    'port: many',
    /agent\.yaml:12: pools\.0\.port: .*got "many"/,
  ],
  'an address without a port': [
    'rpc: 127.0.0.1:7373',
    'rpc: 127.0.0.1',
    /:3: serf\.rpc: expected ADDRESS:PORT/,
  ],
  'a port beyond 65535': [
    'rpc: 127.0.0.1:7373',
    'rpc: 127.0.0.1:70000',
    /:3: serf\.rpc: expected ADDRESS:PORT/,
  ],
  'an unknown key': ['template: my.hbs', 'tempalte: my.hbs', /tempalte/],
  'no pools': [
    /pools:\n.*\n/.exec(good)?.[0] ?? '',
    'pools: []\n',
    /:11: pools: expected at least one pool/,
  ],
  'text that is not YAML': ['serf:', 'serf: [', /agent\.yaml:\d+: not valid YAML/],
}

t.test('an invalid value is reported with file, line, the expectation and the value', async t => {
  for (const [name, [before, after, message]] of Object.entries(invalid)) {
    const folder = t.testdir({ 'agent.yaml': good.replace(before, after) })
    t.throws(
      () => loadConfiguration(join(folder, 'agent.yaml')),
      { code: 'configuration', message },
      name,
    )
  }
})

t.test('a missing file is reported with its path', async t => {
  t.throws(() => loadConfiguration('no/such.yaml'), AgentError)
  t.throws(() => loadConfiguration('no/such.yaml'), { message: /no\/such\.yaml/ })
})
