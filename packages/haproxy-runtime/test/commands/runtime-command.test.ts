import t from 'tap'
import {
  addServer,
  addServers,
  deleteServer,
  disableAgent,
  enableAgent,
  enableHealth,
  setAddress,
  setMaintenance,
  setReady,
  setMaxconn,
  setWeight,
  shutdownSessions,
} from '../../src/commands/runtime-command.js'

const unsafe = { name: 'HaproxyError', code: 'unsafe-argument' }

t.test('each command has the text that HAProxy documents', async t => {
  t.equal(
    addServer('nodes', 's1', '10.0.0.1', 80, 'weight 5 check').text,
    'add server nodes/s1 10.0.0.1:80 weight 5 check',
  )
  t.equal(addServer('nodes', 's1', '10.0.0.1', 80).text, 'add server nodes/s1 10.0.0.1:80')
  t.equal(addServer('nodes', 's1', 'fd00::1', 80).text, 'add server nodes/s1 [fd00::1]:80')
  t.equal(enableHealth('nodes', 's1').text, 'enable health nodes/s1')
  t.equal(enableAgent('nodes', 's1').text, 'enable agent nodes/s1')
  t.equal(disableAgent('nodes', 's1').text, 'disable agent nodes/s1')
  t.equal(setReady('nodes', 's1').text, 'set server nodes/s1 state ready')
  t.equal(setMaintenance('nodes', 's1').text, 'set server nodes/s1 state maint')
  t.equal(setWeight('nodes', 's1', 0).text, 'set server nodes/s1 weight 0')
  t.equal(setMaxconn('nodes', 's1', 9).text, 'set maxconn server nodes/s1 9')
  t.equal(setAddress('nodes', 's1', 'fd00::2', 81).text, 'set server nodes/s1 addr fd00::2 port 81')
  t.equal(shutdownSessions('nodes', 's1').text, 'shutdown sessions server nodes/s1')
  t.equal(deleteServer('nodes', 's1').text, 'del server nodes/s1')
})

t.test('every character that HAProxy allows in a name is allowed', async t => {
  t.equal(setReady('pool_1.a:b-C', 'S-2').text, 'set server pool_1.a:b-C/S-2 state ready')
})

const hostileNames = [
  '',
  'a b',
  'a\nb',
  'a\rb',
  'a;b',
  'a/b',
  'a\\',
  'a"b',
  "a'b",
  '#a',
  'é',
  'a\0',
]

for (const name of hostileNames) {
  t.test(`the name ${JSON.stringify(name)} is refused as a pool and as a server`, async t => {
    const commands = [
      (pool: string, server: string) => addServer(pool, server, '10.0.0.1', 80),
      (pool: string, server: string) => setAddress(pool, server, '10.0.0.1', 80),
      (pool: string, server: string) => setWeight(pool, server, 1),
      enableHealth,
      setReady,
      setMaintenance,
      shutdownSessions,
      deleteServer,
      disableAgent,
      enableAgent,
    ]
    for (const command of commands) {
      t.throws(() => command(name, 's1'), unsafe)
      t.throws(() => command('nodes', name), unsafe)
    }
  })
}

t.test('an address that is not an IP address is refused', async t => {
  for (const address of [
    '',
    'localhost',
    '10.0.0.1 weight 9',
    '10.0.0.1\ndisable',
    '::1;x',
    '/x.sock',
  ]) {
    t.throws(() => addServer('nodes', 's1', address, 80), unsafe, JSON.stringify(address))
    t.throws(() => setAddress('nodes', 's1', address, 80), unsafe, JSON.stringify(address))
  }
})

t.test('options cannot begin another command or swallow the next ones', async t => {
  for (const options of ['check\nshutdown', 'check\rx', 'check <<']) {
    t.throws(
      () => addServer('nodes', 's1', '10.0.0.1', 80, options),
      unsafe,
      JSON.stringify(options),
    )
  }
})

t.test('a semicolon in the options is part of a word', async t => {
  const { text } = addServer('nodes', 's1', '10.0.0.1', 80, 'check; show env')
  t.equal(text, String.raw`add server nodes/s1 10.0.0.1:80 check\; show env`)
})

t.test('the error quotes the start of the unsafe argument', async t => {
  t.throws(() => setReady('nodes', 'a;b'), { message: /expected a name of .*, got "a;b"/ })
  t.throws(() => setReady('nodes', ' '.repeat(10_000)), { message: /^.{0,250}$/s })
})

t.test('adding and deleting succeed only when HAProxy confirms it', async t => {
  const added = addServer('nodes', 's1', '10.0.0.1', 80).done
  t.match('New server registered.', added)
  t.notMatch('', added)
  t.notMatch('Already exists a server with the same name in backend.', added)
  t.notMatch('No such backend.', added)
  const deleted = deleteServer('nodes', 's1').done
  t.match('Server deleted.', deleted)
  t.notMatch('', deleted)
  t.notMatch('No such server.', deleted)
  t.notMatch('Only servers in maintenance mode can be deleted.', deleted)
})

t.test(
  'setting an address succeeds whether the address, the port, both or neither changed',
  async t => {
    const { done } = setAddress('nodes', 's1', '10.0.0.1', 80)
    const by = "by 'stats socket command'"
    t.match(`IP changed from '10.0.0.2' to '10.0.0.1', port changed from '1' to '80' ${by}`, done)
    t.match(`IP changed from '10.0.0.2' to '10.0.0.1', no need to change the port ${by}`, done)
    t.match(`no need to change the addr, port changed from '1' to '80' ${by}`, done)
    t.match(`no need to change the addr, no need to change the port ${by}`, done)
    t.match('nothing changed', done)
    t.notMatch('', done)
    t.notMatch('No such server.', done)
    t.notMatch("Invalid addr format: '10.0.0.1'", done)
  },
)

t.test('states, weights and health are set when the reply is empty', async t => {
  const commands = [
    enableHealth('nodes', 's1'),
    setReady('nodes', 's1'),
    setMaintenance('nodes', 's1'),
    setWeight('nodes', 's1', 1),
    shutdownSessions('nodes', 's1'),
  ]
  for (const { text, done } of commands) {
    t.match('', done, text)
    t.notMatch('No such server.', done, text)
  }
})

/** A server to add. */
function server(name: string, more = {}) {
  return { name, address: '10.0.0.1', port: 80, ...more }
}

t.test('several servers are all added before any takes traffic', async t => {
  const commands = addServers(
    [
      { pool: 'nodes', server: server('s1', { options: 'check' }) },
      { pool: 'more', server: server('s2', { dynamicCookie: true }) },
      {
        pool: 'more',
        server: server('s3', { options: 'agent-check port 9', dynamicCookie: true }),
      },
      { pool: 'more', server: server('s4', { options: 'agent-check port 9 check' }) },
      { pool: 'more', server: server('s5', { options: 'check-sni agent-check' }) },
    ],
    ['nodes', 'more', 'third'],
  )
  t.strictSame(
    commands.map(({ pool, command }) => [pool, command.text]),
    [
      ['nodes', 'add server nodes/s1 10.0.0.1:80 check'],
      ['more', 'add server more/s2 10.0.0.1:80'],
      ['more', 'add server more/s3 10.0.0.1:80 agent-check port 9'],
      ['more', 'add server more/s4 10.0.0.1:80 agent-check port 9 check'],
      ['more', 'add server more/s5 10.0.0.1:80 check-sni agent-check'],
      ['more', 'enable dynamic-cookie backend more'],
      ['nodes', 'enable dynamic-cookie backend nodes'],
      ['third', 'enable dynamic-cookie backend third'],
      ['nodes', 'enable health nodes/s1'],
      ['nodes', 'set server nodes/s1 state ready'],
      ['more', 'set server more/s2 state ready'],
      ['more', 'enable agent more/s3'],
      ['more', 'set server more/s3 state ready'],
      ['more', 'enable health more/s4'],
      ['more', 'enable agent more/s4'],
      ['more', 'set server more/s4 state ready'],
      ['more', 'set server more/s5 state ready'],
    ],
  )
  t.strictSame(addServers([]), [])
})

const awaited = (options: string) =>
  addServers([{ pool: 'nodes', server: server('s1', { options, awaitCheck: true }) }])
    .map(({ command }) => command.text)
    .slice(1)

t.test('a server that waits for its check has no weight until it is marked as down', async t => {
  t.strictSame(awaited('weight 9 check agent-check agent-port 9'), [
    'enable health nodes/s1',
    'enable agent nodes/s1',
    'set server nodes/s1 weight 0%',
    'set server nodes/s1 state ready',
    'set server nodes/s1 health down',
    'set server nodes/s1 weight 100%',
  ])
  t.strictSame(awaited('check disabled'), ['enable health nodes/s1'])
  t.strictSame(awaited('weight 9'), ['set server nodes/s1 state ready'], 'without a check')
})

t.test(
  'a server that waits is enabled in time for its first check, or after its cookie',
  async t => {
    const added = (name: string) => ({ pool: 'nodes', server: server(name, waits) })
    const waits = { options: 'check', awaitCheck: true }
    const first = (cookiePools: string[]) =>
      addServers([added('s1'), added('s2')], cookiePools).map(({ command }) =>
        command.text.slice(0, 20),
      )
    t.strictSame(first([]).slice(0, 2), ['add server nodes/s1 ', 'enable health nodes/'])
    t.strictSame(first(['nodes']).slice(0, 4), [
      'add server nodes/s1 ',
      'add server nodes/s2 ',
      'enable dynamic-cooki',
      'enable health nodes/',
    ])
  },
)
