import { writeFileSync } from 'node:fs'
import { haproxyPlace, until, type Tidy } from 'real-components'
import t from 'tap'
import { startFakeHaproxy, type FakeVersion } from '../src/fake-haproxy/index.js'
import { createRuntimeClient } from '../src/runtime.js'

const configuration = `backend nodes
  balance roundrobin
  cookie SRV insert dynamic
  server s1 10.0.0.1:80 weight 10 check
`

async function fakeHaproxy(t: Tidy, version: FakeVersion = '2.6') {
  const place = haproxyPlace(t)
  writeFileSync(place.configFile, configuration)
  const fake = await startFakeHaproxy({ ...place, version })
  t.teardown(() => fake.close())
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  return { fake, runtime, s1: () => fake.server('nodes', 's1') }
}

t.test('a server has its cookie and its health check before it takes traffic', async t => {
  const { fake, runtime } = await fakeHaproxy(t)
  const options = 'weight 5 check'
  const server = { name: 's2', address: '10.0.0.2', port: 80, options, dynamicCookie: true }
  await runtime.addServer('nodes', server)
  t.strictSame(fake.commands, [
    'add server nodes/s2 10.0.0.2:80 weight 5 check',
    'enable dynamic-cookie backend nodes',
    'enable health nodes/s2',
    'set server nodes/s2 state ready',
  ])
  t.match(fake.server('nodes', 's2'), { admin: 'ready', checked: true, weight: 5, cookie: /./ })
})

t.test('a server without cookie and health check is added and enabled', async t => {
  const { fake, runtime } = await fakeHaproxy(t)
  await runtime.addServer('nodes', { name: 's2', address: '10.0.0.2', port: 80 })
  t.strictSame(fake.commands, [
    'add server nodes/s2 10.0.0.2:80',
    'set server nodes/s2 state ready',
  ])
})

t.test('a refused change throws with HAProxy’s reply', async t => {
  const { runtime } = await fakeHaproxy(t)
  const refused = { name: 'HaproxyError', code: 'refused' }
  const server = { name: 's1', address: '10.0.0.1', port: 80 }
  await t.rejects(runtime.addServer('nodes', server), { ...refused, message: /Already exists/ })
  await t.rejects(runtime.drain('nodes', 's9'), { ...refused, message: /No such server/ })
  await t.rejects(runtime.removeServer('nodes', 's9'), refused)
})

t.test('each change of a server is one command', async t => {
  const { runtime, s1 } = await fakeHaproxy(t)
  await runtime.drain('nodes', 's1')
  t.match(s1(), { admin: 'drain' })
  await runtime.maintenance('nodes', 's1')
  t.match(s1(), { admin: 'maint' })
  await runtime.ready('nodes', 's1')
  t.match(s1(), { admin: 'ready' })
  await runtime.setWeight('nodes', 's1', 3)
  t.match(s1(), { weight: 3 })
  await runtime.setAddress('nodes', 's1', { address: '10.0.0.9', port: 81 })
  t.match(s1(), { address: '10.0.0.9', port: 81 })
})

for (const version of ['2.6', '3.0'] as const) {
  t.test(`${version}: a server is removed once its sessions have ended`, async t => {
    const { fake, runtime, s1 } = await fakeHaproxy(t, version)
    const server = s1()
    if (server) server.sessions = 1
    const removal = runtime.removeServer('nodes', 's1', { timeoutMs: 10_000 })
    await until(
      'a removal that was refused',
      () => fake.commands.filter(command => command.startsWith('del server')).length > 1,
    )
    t.match(s1(), { admin: 'maint' })
    if (server) server.sessions = 0
    await removal
    t.equal(s1(), undefined)
    t.equal(
      fake.commands.some(command => command.startsWith('wait ')),
      version === '3.0',
      'HAProxy 3.0 waits by itself',
    )
  })
}

t.test('sessions that do not end are a timeout, and the server stays in maintenance', async t => {
  const { runtime, s1 } = await fakeHaproxy(t)
  const server = s1()
  if (server) server.sessions = 1
  await t.rejects(runtime.removeServer('nodes', 's1', { timeoutMs: 500 }), {
    code: 'timeout',
    message: /after 500 ms and stays in maintenance/,
  })
  t.match(s1(), { admin: 'maint', sessions: 1 })
})

t.test('sessions are cut only on request', async t => {
  const { runtime, s1 } = await fakeHaproxy(t)
  const server = s1()
  if (server) server.sessions = 2
  await runtime.removeServer('nodes', 's1', { cutSessions: true })
  t.equal(s1(), undefined)
})

t.test('an abort ends the wait for the last connection', async t => {
  const { fake, runtime, s1 } = await fakeHaproxy(t)
  const server = s1()
  if (server) server.sessions = 1
  const controller = new AbortController()
  const removal = runtime.removeServer('nodes', 's1', { signal: controller.signal })
  const rejected = t.rejects(removal)
  await until('a try', () => fake.commands.some(command => command.startsWith('del server')))
  controller.abort(new Error('enough'))
  await rejected
  t.match(s1(), { admin: 'maint' })
})
