import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { freePort, until } from 'real-components'
import t, { type Test } from 'tap'
import { serveAgent, type AgentServerOptions } from '../../src/http/agent-server.js'
import { fakeAgent } from '../fake-agent.js'
import { memberNamed } from '../sample-state.js'

const host = '127.0.0.1'

/** Serves a fake agent with `limits`, to clients that keep their side of a connection open. */
async function scene(t: Test, limits: Partial<AgentServerOptions> = {}) {
  const fake = fakeAgent()
  const port = await freePort(host)
  const server = await serveAgent({ agent: fake.agent, listen: { address: host, port }, ...limits })
  t.teardown(() => server.close())
  const open = new Set<Socket>()
  t.teardown(() => {
    for (const socket of open) socket.destroy()
  })
  const client = async (bytes: string, { reads = true } = {}) => {
    const socket = connect({ port, host, allowHalfOpen: true })
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    if (reads) socket.resume()
    await once(socket, 'connect')
    socket.write(bytes)
    return socket
  }
  /** Counts those that are connected still: bytes to a connection that is gone reset it. */
  const connected = (sockets: Iterable<Socket>, bytes = '\r\n') => {
    for (const socket of sockets) socket.write(bytes)
    return [...sockets].filter(socket => open.has(socket)).length
  }
  const health = async () => (await fetch(`http://${host}:${port}/health`)).status
  return { ...fake, open, client, connected, health }
}

const halfRequest = 'GET /health HTTP/1.1\r\nHos'
const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`

t.test('300 half-sent requests do not keep a new client from its answer', async t => {
  const { open, client, health } = await scene(t)
  await Promise.all(Array.from({ length: 300 }, () => client(halfRequest)))
  t.equal(await health(), 200)
  t.ok(open.size >= 200, `${open.size} of them are connected at that time`)
})

t.test('a half-sent request is answered with 408, and its connection destroyed', async t => {
  const requests = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 20 }
  const { open, client, connected } = await scene(t, { requests })
  const first = await client('')
  let text = ''
  first.setEncoding('utf8').on('data', (more: string) => (text += more))
  first.write(halfRequest)
  await Promise.all(Array.from({ length: 20 }, () => client(halfRequest)))
  await Promise.all(Array.from({ length: 5 }, () => client('')))
  await until('all of them to be disconnected', () => connected(open, 'x') === 0)
  t.match(text, /^HTTP\/1\.1 408 /)
})

t.test('the oldest idle connection makes room, not one that is being answered', async t => {
  const { agent, client, health } = await scene(t, { connections: { maxConnections: 3 } })
  const disk = new EventEmitter()
  agent.generations = async () => {
    await once(disk, 'read')
    return []
  }
  const slow = await client(request('/history'))
  const got = once(slow, 'data')
  const idle = await client('')
  const gone = once(idle, 'end')
  await Promise.all([client(''), client(''), client('')])
  await gone
  t.equal(await health(), 200)
  disk.emit('read')
  t.match(String((await got)[0]), /^HTTP\/1\.1 200 /)
})

t.test('a client that does not read its answer is disconnected', async t => {
  const { set, open, client, connected } = await scene(t, { connections: { answerMs: 100 } })
  set({ members: [memberNamed('s1', { reason: 'x'.repeat(20_000_000) })] })
  await client(request('/state'), { reads: false })
  await until('it to be disconnected', () => connected(open) === 0)
  t.pass('after the time of one answer')
})

t.test('unread answers of all clients together are limited', async t => {
  const { set, client, connected } = await scene(t, { connections: { maxUnreadBytes: 30_000_000 } })
  set({ members: [memberNamed('s1', { reason: 'x'.repeat(20_000_000) })] })
  const clients: Socket[] = []
  for (let n = 0; n < 4; n++) clients.push(await client(request('/state'), { reads: false }))
  const newest = await client(request('/state'))
  await once(newest, 'data')
  await until('an older answer to be cut off', () => connected(clients) < clients.length)
  t.equal(connected([newest]), 1)
})

t.test('pipelined requests are refused behind the first', async t => {
  const { client } = await scene(t)
  const socket = await client('')
  let text = ''
  socket.setEncoding('utf8').on('data', (more: string) => (text += more))
  socket.write(request('/health').repeat(1000))
  await once(socket, 'end')
  t.match(text, /^HTTP\/1\.1 200 [^]*HTTP\/1\.1 503 [^]*expected one request at a time/)
  t.equal(text.match(/HTTP\/1\.1 200/g)?.length, 1)
})

t.test('several requests after each other use one connection', async t => {
  const { client } = await scene(t)
  const socket = await client('')
  socket.setEncoding('utf8')
  for (let n = 0; n < 20; n++) {
    socket.write(request('/health'))
    const [text] = (await once(socket, 'data')) as [string]
    t.match(text, /^HTTP\/1\.1 200 /)
  }
})
