import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { HaproxyError } from 'haproxy-runtime'
import t, { type Test } from 'tap'
import { agentRoutes } from '../../src/http/agent-routes.js'
import { answerRequest, explainBadRequest } from '../../src/http/answer-request.js'
import { Connections } from '../../src/http/connections.js'
import { EventStreams } from '../../src/http/event-streams.js'
import { requestLimits } from '../../src/http/request-limits.js'
import { fakeAgent } from '../fake-agent.js'

/** Answers the requests of a fake agent. `send` writes raw bytes and returns the whole answer. */
async function serve(t: Test, { maxClients = 1 } = {}) {
  const fake = fakeAgent()
  const streams = new EventStreams({ agent: fake.agent, greeting: {} }, { maxClients })
  const routes = agentRoutes(fake.agent)
  const access = { token: undefined, hosts: [] }
  const connections = new Connections()
  const server = createServer(requestLimits, (request, response) => {
    void answerRequest({ request, response, connections, routes, streams, access, isLocal: false })
  })
  connections.follow(server)
  server.on('clientError', explainBadRequest).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    streams.close()
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const send = async (bytes: string) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => (text += more))
    socket.on('error', () => {})
    socket.write(bytes)
    await once(socket, 'close')
    return text
  }
  const ask = (line: string) =>
    send(`${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
  return { ...fake, port, send, ask }
}

t.test('HEAD is answered like GET, without a body', async t => {
  const { ask } = await serve(t)
  t.match(await ask('HEAD /members'), /^HTTP\/1\.1 200 [^]*content-length: 3[^]*\r\n\r\n$/i)
  t.match(await ask('HEAD /freeze'), /^HTTP\/1\.1 405 /)
})

t.test('a file of the page is compressed, and not sent again to a client that has it', async t => {
  const { send } = await serve(t)
  const ask = (method: string, header: string) =>
    send(
      `${method} /page/page.css HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${header}\r\n\r\n`,
    )
  const zipped = await ask('GET', 'Accept-Encoding: gzip')
  t.match(zipped, /^HTTP\/1\.1 200 [^]*content-encoding: gzip/i)
  t.match(zipped, /cache-control: no-cache/i)
  const [, tag = ''] = /etag: (.*)\r\n/i.exec(zipped) ?? []
  const again = await ask('GET', `Accept-Encoding: gzip\r\nIf-None-Match: ${tag}`)
  t.match(again, /^HTTP\/1\.1 304 [^]*\r\n\r\n$/)
  t.notMatch(again, /content-length/i)
  const [, length] = /content-length: (\d+)/i.exec(zipped) ?? []
  t.match(await ask('HEAD', 'Accept-Encoding: gzip'), `content-length: ${length}`)
})

t.test('a wrong method is answered with the allowed one', async t => {
  const { ask } = await serve(t)
  t.match(await ask('DELETE /state'), /^HTTP\/1\.1 405 [^]*allow: GET[^]*expected GET, got DELETE/i)
  t.match(await ask('GET /rollback/1'), /405 [^]*allow: POST[^]*expected POST, got GET/i)
})

t.test('unknown paths and invalid percent-encoding are client errors', async t => {
  const { ask } = await serve(t)
  t.match(await ask('GET /nowhere'), /^HTTP\/1\.1 404 [^]*not found/)
  t.match(await ask('GET /explain/%E0%A4%A'), /^HTTP\/1\.1 400 [^]*invalid percent-encoding/)
  t.match(await ask('GET /page/..%2f..%2fpackage.json'), /^HTTP\/1\.1 404 /)
})

t.test('a rejected request does not reach its route', async t => {
  const { ask, done } = await serve(t)
  t.match(await ask('POST /thaw'), /^HTTP\/1\.1 403 /)
  t.same(done, [])
})

t.test('an event stream is opened only with GET, and up to the limit', async t => {
  const { ask, port } = await serve(t)
  const follower = connect(port, '127.0.0.1')
  t.teardown(() => follower.destroy())
  follower.write('GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  const [head] = (await once(follower.setEncoding('utf8'), 'data')) as [string]
  t.match(head, /^HTTP\/1\.1 200 [^]*text\/event-stream/)
  t.match(await ask('GET /events'), /^HTTP\/1\.1 503 [^]*too many event streams/)
  t.match(await ask('HEAD /events'), /^HTTP\/1\.1 404 /)
})

t.test('an error of these packages is answered with code and message', async t => {
  const { ask, agent } = await serve(t)
  agent.generations = () => Promise.reject(new HaproxyError('unreachable', 'no HAProxy'))
  t.match(await ask('GET /history'), /409 [^]*\{"error":"no HAProxy","code":"unreachable"\}/)
})

t.test('any other error is answered without its message', async t => {
  const { ask, agent } = await serve(t)
  agent.generations = () => Promise.reject(new TypeError('/secret/path'))
  const answer = await ask('GET /history')
  t.match(answer, /^HTTP\/1\.1 500 [^]*internal error; see the log of the agent/)
  t.notMatch(answer, /secret/)
})

t.test('bytes that are not HTTP are answered with 400', async t => {
  const { send, ask } = await serve(t)
  t.match(
    await send('no HTTP at all\r\n\r\n'),
    /^HTTP\/1\.1 400 [^]*\{"error":"expected HTTP\/1\.1"\}/,
  )
  t.match(await ask('GET /members'), /^HTTP\/1\.1 200 /, 'the server still answers')
})

t.test('headers over the limit are answered with 431', async t => {
  const { send } = await serve(t)
  const long = 'x'.repeat(requestLimits.maxHeaderSize)
  t.match(
    await send(`GET /state HTTP/1.1\r\nHost: 127.0.0.1\r\nx-long: ${long}\r\n\r\n`),
    /^HTTP\/1\.1 431 [^]*expected headers of at most 16384 bytes/,
  )
})

t.test('a request that takes too long is answered with 408', async t => {
  const written: string[] = []
  const socket = new Duplex({
    allowHalfOpen: true,
    read: () => {},
    write: (bytes, _, done) => done(void written.push(String(bytes))),
  })
  const timeout = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  explainBadRequest(timeout, socket as Socket)
  t.match(written.join(''), /^HTTP\/1\.1 408 [^]*expected a request within 10000 ms/)
  explainBadRequest(timeout, socket as Socket)
  t.equal(written.length, 1, 'further bytes of the client get no second answer')
  await once(socket, 'close')
  t.ok(socket.destroyed, 'although the client keeps its side open')
})

t.test('a connection that was reset is closed without an answer', async t => {
  let destroyed = 0
  const socket = { writable: true, destroy: () => destroyed++, end: () => t.fail('answered') }
  explainBadRequest(Object.assign(new Error('gone'), { code: 'ECONNRESET' }), socket as never)
  explainBadRequest(new Error('gone'), { ...socket, writable: false } as never)
  t.equal(destroyed, 2)
})
