import { createServer, type IncomingMessage } from 'node:http'
import { freePort, until } from 'real-components'
import t from 'tap'
import { connect } from '../src/index.js'
import {
  connectToFake,
  emptyCluster,
  neverAnswers,
  portOf,
  refusing,
  startFakeRpcServer,
  startTcpServer,
} from './fake-rpc-server.js'
import { frames, header } from './wire-objects.js'

t.test('connect sends a handshake with protocol version 1, and then its key', async t => {
  const agent = await startFakeRpcServer(t, ({ seq }, socket) => socket.write(frames(header(seq))))
  await using _ = await connect({ host: agent.host, port: agent.port, authKey: 'secret' })
  t.same(agent.requests, [
    { command: 'handshake', seq: 0, body: { Version: 1 } },
    { command: 'auth', seq: 1, body: { AuthKey: 'secret' } },
  ])
})

t.test('connect rejects with unreachable if nothing listens', async t => {
  const port = await freePort('127.0.0.1')
  await t.rejects(connect({ port }), {
    name: 'SerfError',
    code: 'unreachable',
    message: new RegExp(`127\\.0\\.0\\.1:${port}.*ECONNREFUSED`),
    cause: { code: 'ECONNREFUSED' },
  })
})

t.test('connect rejects an invalid port', async t => {
  for (const port of [0, -1, 65_536, 1.5, NaN]) {
    await t.rejects(connect({ port }), { code: 'invalid-argument' }, String(port))
  }
})

t.test('connect and monitor reject invalid limits', async t => {
  for (const limits of [
    { timeoutMs: 0 },
    { timeoutMs: NaN },
    { maxFrameBytes: -1 },
    { maxElements: 0 },
  ]) {
    const failure = { code: 'invalid-argument', message: new RegExp(Object.keys(limits).join()) }
    await t.rejects(connect(limits), failure, JSON.stringify(limits))
  }
  const { client, agent } = await connectToFake(t, emptyCluster, Infinity)
  t.same(await client.members(), [], 'any long timeout is valid')
  for (const maxQueued of [0, -1, NaN]) {
    await t.rejects(client.monitor('INFO', { maxQueued }), { code: 'invalid-argument' })
    const bytes = { maxQueuedBytes: maxQueued }
    await t.rejects(client.monitor('INFO', bytes), { code: 'invalid-argument' })
  }
  t.equal(agent.requests.length, 2)
})

t.test('a wrong key is an authentication error, and the connection is closed', async t => {
  const codes = {
    'Invalid authentication token': 'authentication',
    'Authentication required': 'authentication',
    'Unsupported command': 'refused',
  }
  for (const [reason, code] of Object.entries(codes)) {
    const agent = await startFakeRpcServer(t, refusing(reason))
    const failure = { code, command: 'auth', message: new RegExp(reason) }
    await t.rejects(connect({ port: agent.port, authKey: 'wrong' }), failure)
    await until('the client to disconnect', () => agent.clients.size === 0)
  }
})

t.test('an HTTP server is recognised as not a Serf agent', async t => {
  const server = createServer((_: IncomingMessage, response) => response.end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  await t.rejects(connect({ port: portOf(server) }), {
    code: 'protocol',
    message: /not a Serf agent/,
  })
})

t.test('a server with other msgpack messages is recognised as not a Serf agent', async t => {
  for (const message of [['hello'], { Error: '' }, { Seq: '0' }, null]) {
    const server = await startTcpServer(t, socket => socket.write(frames(message)))
    await t.rejects(connect({ port: server.port }), { code: 'protocol', command: 'handshake' })
  }
})

t.test('bytes that are not msgpack are a protocol error, and the connection is closed', async t => {
  const server = await startTcpServer(t, socket => socket.resume().write(Uint8Array.of(0xc1)))
  await t.rejects(connect({ port: server.port }), { code: 'protocol' })
  await until('the client to disconnect', () => server.clients.size === 0)
})

t.test('a server that does not answer is a timeout, and the connection is closed', async t => {
  const server = await startTcpServer(t, socket => socket.resume())
  const failure = { code: 'timeout', command: 'handshake', message: /within 30 ms/ }
  await t.rejects(connect({ port: server.port, timeoutMs: 30 }), failure)
  await until('the client to disconnect', () => server.clients.size === 0)
})

t.test('connect rejects with the reason of an aborted signal, and opens no connection', async t => {
  const agent = await startFakeRpcServer(t, neverAnswers)
  const reason = new Error('not needed')
  await t.rejects(connect({ port: agent.port, signal: AbortSignal.abort(reason) }), reason)
  t.equal(agent.requests.length, 0)
})

t.test(
  'connect rejects with the reason of a signal that aborts meanwhile, and closes the connection',
  async t => {
    const server = await startTcpServer(t, socket => socket.resume())
    const abort = new AbortController()
    const connecting = connect({ port: server.port, signal: abort.signal })
    const rejection = t.rejects(connecting, { message: 'not needed' })
    await until('the client to connect', () => server.clients.size === 1)
    abort.abort(new Error('not needed'))
    await rejection
    await until('the client to disconnect', () => server.clients.size === 0)
  },
)
