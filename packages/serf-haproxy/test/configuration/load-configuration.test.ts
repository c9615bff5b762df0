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
      drainDeadlineMs: 30_000,
    },
    template: join(folder, 'my.hbs'),
    frontends: [{ name: 'web', bind: { address: '::1', port: 8080 }, pool: 'nodes' }],
    reconcileMs: 5000,
    listen: { address: '127.0.0.1', port: 9642 },
  })
})

t.test('partials, outputs and maps of routes are relative to the folder too', async t => {
  const folder = t.testdir({
    'list.yaml': `${good.replace('pool: nodes', '$&, routeMap: web.map')}
partials: [parts/backend.hbs]
outputs: [{ template: hosts.map.hbs, file: maps/hosts.map, use: map }]
`,
    'names.yaml': `${good}partials: { own: parts/backend.hbs }\n`,
  })
  t.match(loadConfiguration(join(folder, 'list.yaml')), {
    partials: [join(folder, 'parts/backend.hbs')],
    outputs: [{ template: join(folder, 'hosts.map.hbs'), file: join(folder, 'maps/hosts.map') }],
    frontends: [{ routeMap: join(folder, 'web.map') }],
  })
  const { partials } = loadConfiguration(join(folder, 'names.yaml'))
  t.same(partials, { own: join(folder, 'parts/backend.hbs') })
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

t.test('every relative path is resolved, and an absolute one stays', async t => {
  const folder = t.testdir({
    'agent.yaml': `
serf: { authKeyFile: rpc.key }
haproxy: { configFile: h.cfg, runtimeSocket: /run/r.sock, reload: { s6Service: run/haproxy } }
policy: ./policy.mjs
tokenFile: /etc/token
stateFolder: ../state
frontends: []
pools: [{ name: web, port: 80 }]
`,
  })
  t.match(loadConfiguration(join(folder, 'agent.yaml')), {
    serf: { authKeyFile: join(folder, 'rpc.key') },
    haproxy: {
      configFile: join(folder, 'h.cfg'),
      runtimeSocket: '/run/r.sock',
      reload: { s6Service: join(folder, 'run/haproxy') },
    },
    policy: join(folder, 'policy.mjs'),
    tokenFile: '/etc/token',
    stateFolder: join(folder, '..', 'state'),
  })
})

t.test('a pid file is resolved like a service', async t => {
  const reload = good.replace('masterSocket: /run/master.sock', 'reload: { pidFile: run/h.pid }')
  const folder = t.testdir({ 'agent.yaml': reload })
  t.match(loadConfiguration(join(folder, 'agent.yaml')).haproxy, {
    reload: { pidFile: join(folder, 'run/h.pid') },
  })
})

t.test('an override is validated, and an invalid one is reported with its source', async t => {
  const folder = t.testdir({ 'agent.yaml': good })
  const load = (value: unknown) =>
    loadConfiguration(join(folder, 'agent.yaml'), {
      settings: [{ path: ['guard', 'minServers'], value, source: '--set guard.minServers' }],
    })
  t.equal(load(3).guard.minServers, 3)
  t.throws(() => load('many'), {
    code: 'configuration',
    message: /^--set guard\.minServers: [^.]*expected number, got "many"$/,
  })
})

t.test('all invalid values are reported, each on its line', async t => {
  const text = good.replace('port: 3000', 'port: 0').replace('rpc: 127.0.0.1:7373', 'rpc: here')
  const folder = t.testdir({ 'agent.yaml': text })
  t.throws(() => loadConfiguration(join(folder, 'agent.yaml')), {
    message: /^[^\n]*:3: serf\.rpc: [^\n]*got "here"\n[^\n]*:12: pools\.0\.port: [^\n]*got 0$/,
  })
})

t.test('a missing option is reported on the line of its section', async t => {
  const folder = t.testdir({ 'agent.yaml': good.replace('  configFile: haproxy.cfg\n', '') })
  t.throws(() => loadConfiguration(join(folder, 'agent.yaml')), {
    message: /:5: haproxy\.configFile: .*expected string, got nothing$/,
  })
})

t.test('a file that is not a mapping is reported as a whole', async t => {
  for (const [text, got] of [
    ['', 'null'],
    ['just a text', '"just a text"'],
    ['[1, 2]', 'a list'],
  ] as const) {
    const folder = t.testdir({ 'agent.yaml': text })
    t.throws(
      () => loadConfiguration(join(folder, 'agent.yaml')),
      { message: new RegExp(`agent\\.yaml:1: the file: .*, got ${got}$`) },
      JSON.stringify(text),
    )
  }
})

t.test('a long value is cut in a message', async t => {
  const folder = t.testdir({ 'agent.yaml': good.replace('3000', `"${'x'.repeat(5000)}"`) })
  const error = t.throws(() => loadConfiguration(join(folder, 'agent.yaml'))) as Error
  t.ok(error.message.length < 500)
})

t.test('an error of the YAML or of a value does not quote what may be a secret', async t => {
  const secret = 'hunter2-secret'
  for (const [more, message] of [
    [`values: { x: *${secret} }`, /not valid YAML: Unresolved alias .*in quotes$/],
    [`values: { x: "${secret} }`, /agent\.yaml:\d+: not valid YAML: /],
    [`values: { x: [${secret}] }`, /values\.x: .*got a list/],
    [`values: { password: { a: ${secret} } }`, /values\.password: .*got a mapping/],
    [`${secret}: ${secret}`, /the file: /],
    [`values: ${secret}`, /values: .*got a string/],
    [`tokenFile: [${secret}]`, /tokenFile: .*got a list/],
  ] as const) {
    const folder = t.testdir({ 'agent.yaml': `${good}\n${more}\n` })
    let found = ''
    try {
      loadConfiguration(join(folder, 'agent.yaml'))
    } catch (error) {
      const { name, message } = error as Error
      found = `${name}: ${message}`
    }
    t.match(found, message)
    t.match(found, /^AgentError: /)
    // The name of an unknown setting is quoted; its value is not.
    if (!more.startsWith(secret)) t.notMatch(found, secret)
  }
})
