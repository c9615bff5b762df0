import { getEventListeners } from 'node:events'
import { freePort, until } from 'real-components'
import t from 'tap'
import { openSocket } from '../../src/connection/open-socket.js'
import { startTcpServer } from '../fake-rpc-server.js'

const host = '127.0.0.1'

t.test('an open socket is connected and sends without delay', async t => {
  const server = await startTcpServer(t, socket => socket.pipe(socket))
  const { signal } = new AbortController()
  const socket = await openSocket(host, server.port, { timeoutMs: 5000, signal })
  t.teardown(() => socket.destroy())
  const echoed = new Promise(resolve => socket.once('data', data => resolve(String(data))))
  socket.write('ping')
  t.equal(await echoed, 'ping')
  t.equal(getEventListeners(signal, 'abort').length, 0)
  t.equal(socket.listenerCount('error'), 0, 'the caller handles later errors')
})

t.test('an invalid port is rejected before anything is opened', async t => {
  for (const port of [0, 65_536, 1.5, NaN]) {
    await t.rejects(openSocket(host, port, { timeoutMs: 5000 }), {
      code: 'invalid-argument',
      message: `Invalid port: expected an integer from 1 to 65535, got ${port}`,
    })
  }
})

t.test('a refused connection is unreachable, with the cause', async t => {
  const port = await freePort(host)
  await t.rejects(openSocket(host, port, { timeoutMs: 5000 }), {
    code: 'unreachable',
    message: new RegExp(`^No Serf agent answers at 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`),
    cause: { code: 'ECONNREFUSED' },
  })
})

t.test('an aborted signal rejects with its reason, and opens no connection', async t => {
  const server = await startTcpServer(t, socket => socket.resume())
  const signal = AbortSignal.abort(new Error('not needed'))
  await t.rejects(openSocket(host, server.port, { timeoutMs: 5000, signal }), {
    message: 'not needed',
  })
  t.equal(server.clients.size, 0)
})

t.test('a signal that aborts meanwhile rejects with its reason, and closes the socket', async t => {
  const server = await startTcpServer(t, socket => socket.resume())
  const abort = new AbortController()
  const opening = openSocket(host, server.port, { timeoutMs: 5000, signal: abort.signal })
  const rejection = t.rejects(opening, { message: 'not needed' })
  abort.abort(new Error('not needed'))
  await rejection
  t.equal(getEventListeners(abort.signal, 'abort').length, 0)
  await until('the socket to be closed', () => server.clients.size === 0)
})
