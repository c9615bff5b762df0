import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type RequestOptions } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort, temporaryFolder, until } from 'real-components'
import t, { type Test } from 'tap'
import { AgentError } from '../../src/agent-error.js'
import { serveAgent, type AgentServerOptions } from '../../src/http/agent-server.js'
import { fakeAgent } from '../fake-agent.js'
import { memberNamed, stateWith } from '../sample-state.js'

const host = '127.0.0.1'
const token = 'a token only for this test'.replaceAll(' ', '-')

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** A server of a fake agent, and how to ask it over TCP and over its socket. */
async function scene(t: Test, options: Partial<AgentServerOptions> = {}) {
  const fake = fakeAgent()
  const port = await freePort(host)
  const controlSocket = join(temporaryFolder(t), 'control.sock')
  const server = await serveAgent({
    agent: fake.agent,
    listen: { address: host, port },
    controlSocket,
    ...options,
  })
  t.teardown(() => server.close())
  return {
    ...fake,
    port,
    controlSocket,
    ask: (method: string, path: string, headers = {}) => ask({ host, port, method, path, headers }),
    askSocket: (method: string, path: string) => ask({ socketPath: controlSocket, method, path }),
  }
}

function ask(options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ ...options, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      )
    })
    call.once('error', reject).end()
  })
}

/** Sends bytes as they are, and returns all that comes back. */
async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, host)
  let text = ''
  socket.setEncoding('utf8').on('data', (more: string) => (text += more))
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return text
}

t.test('state, members and explanations are served over TCP and the control socket', async t => {
  const { ask, askSocket, set } = await scene(t)
  set({ members: [memberNamed('s1'), memberNamed('s 2/ü')] })
  for (const answer of [await ask('GET', '/state'), await askSocket('GET', '/state')]) {
    t.equal(answer.status, 200)
    t.match(JSON.parse(answer.text), { mode: 'following', members: [{ name: 's1' }, {}] })
  }
  t.match(JSON.parse((await ask('GET', '/members')).text), [{ name: 's1' }, { name: 's 2/ü' }])
  const explained = await ask('GET', `/explain/${encodeURIComponent('s 2/ü')}`)
  t.match(JSON.parse(explained.text), { member: 's 2/ü' })
  t.equal((await ask('HEAD', '/state')).text, '')
  t.same(JSON.parse((await ask('GET', '/history')).text), [])
  t.match(JSON.parse((await askSocket('GET', '/diff/1/2')).text), { difference: '1 2' })
})

t.test('every answer has the security headers', async t => {
  const { ask } = await scene(t)
  for (const path of ['/state', '/', '/nowhere', '/page/main.js']) {
    const { headers } = await ask('GET', path)
    t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/)
    t.notMatch(headers['content-security-policy'], /unsafe/)
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.equal(headers['access-control-allow-origin'], undefined)
  }
})

t.test('changes need the control socket or the token', async t => {
  const open = await scene(t)
  t.equal((await open.ask('POST', '/freeze')).status, 403, 'no token is set')
  t.equal(
    (await open.ask('POST', '/freeze', { authorization: 'Bearer undefined' })).status,
    403,
    'nor can one be made up',
  )
  t.same(open.done, [])
  t.equal((await open.askSocket('POST', '/freeze?reason=for%20a%20while')).status, 200)
  t.equal((await open.askSocket('POST', '/thaw')).status, 200)
  t.equal((await open.askSocket('POST', '/ring')).status, 202)
  t.equal((await open.askSocket('POST', '/accept')).status, 409, 'nothing is held')
  open.set({ held: { since: 1, reason: 'too many', removals: [] } })
  t.equal((await open.askSocket('POST', '/accept')).status, 200)
  t.match(JSON.parse((await open.askSocket('POST', '/rollback/3')).text), {
    kind: 'deferred',
    cause: 'asked for 3',
  })
  t.same(open.done, ['freeze for a while', 'thaw', 'ring', 'accept'])

  const guarded = await scene(t, { token })
  for (const authorization of [
    '',
    'Bearer ',
    'Bearer wrong',
    `Basic ${token}`,
    `Bearer ${token}x`,
  ]) {
    const { status, headers } = await guarded.ask('POST', '/thaw', { authorization })
    t.equal(status, 401, authorization)
    t.match(headers['www-authenticate'], /Bearer/)
  }
  t.equal((await guarded.ask('POST', '/thaw')).status, 401)
  t.same(guarded.done, [])
  const authorization = `Bearer ${token}`
  t.equal((await guarded.ask('POST', '/thaw', { authorization })).status, 200)
  t.same(guarded.done, ['thaw'])
})

t.test('text of a configuration needs the control socket or the token', async t => {
  const secret = 'hunter2-in-a-line'
  const generation = {
    number: 1,
    at: 1,
    cause: 's1 joined',
    via: 'reload' as const,
    tookMs: 1,
    plan: { reason: 'x', operations: [] },
    diff: `+ ${secret}`,
  }
  const state = {
    outcome: { kind: 'rejected' as const, report: `[ALERT] ${secret}`, line: 3 },
    fault: { at: 1, error: `A value cannot be printed here: got "${secret}"` },
    configuration: { loadedAt: 1, refused: `values: expected string, got "${secret}"` },
  }
  const paths = [
    '/history',
    '/generation/1',
    '/diff/1/2',
    '/state',
    '/health',
    '/ready',
    '/metrics',
    '/explain/s1',
  ]
  const prepared = async (access: { token?: string }) => {
    const it = await scene(t, access)
    it.agent.generations = () => Promise.resolve([generation])
    it.agent.diff = () => Promise.resolve(`+ ${secret}`)
    it.set(state)
    return it
  }
  const open = await prepared({})
  for (const path of paths) t.notMatch((await open.ask('GET', path)).text, secret, path)
  for (const path of ['/diff/1/2', '/plan'])
    t.match(await open.ask('GET', path), { status: 403, text: /set `tokenFile`/ })
  t.match(JSON.parse((await open.ask('GET', '/history')).text), [{ number: 1, cause: 's1 joined' }])
  t.match((await open.askSocket('GET', '/history')).text, secret)
  t.match((await open.askSocket('GET', '/diff/1/2')).text, secret)
  t.match((await open.askSocket('GET', '/state')).text, secret)

  const guarded = await prepared({ token })
  for (const path of paths) t.notMatch((await guarded.ask('GET', path)).text, secret, path)
  t.match(await guarded.ask('GET', '/diff/1/2'), { status: 401, text: /got no token/ })
  t.match(await guarded.ask('GET', '/state', { authorization: 'Bearer wrong' }), { status: 401 })
  const authorization = `Bearer ${token}`
  for (const path of ['/history', '/generation/1', '/diff/1/2', '/state', '/health'])
    t.match((await guarded.ask('GET', path, { authorization })).text, secret, path)
})

t.test('an unknown name in the Host header is rejected', async t => {
  const { port, askSocket } = await scene(t, { hosts: ['lb.example'], token })
  const status = async (name: string, method = 'GET') =>
    (
      await ask({
        host,
        port,
        path: '/state',
        method,
        headers: { host: name, authorization: `Bearer ${token}` },
      })
    ).status
  for (const good of [`${host}:${port}`, 'localhost', `[::1]:${port}`, 'LB.example:80', '10.0.0.7'])
    t.equal(await status(good), 200, good)
  for (const bad of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'a b',
    '[x]',
  ])
    t.equal(await status(bad), 421, bad)
  t.equal(await status('evil.example', 'POST'), 421)
  t.match(await sendRaw(port, 'GET /state HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 421 /, 'no Host at all')
  t.equal((await askSocket('GET', '/state')).status, 200, 'a socket is no web site')
})

t.test('invalid requests are answered, and the agent keeps running', async t => {
  const { port, ask } = await scene(t)
  t.match(await ask('GET', '/explain/%E0%A4%A'), { status: 400, text: /percent-encoding/ })
  t.match(await ask('GET', '/page/..%2f..%2fpackage.json'), { status: 404 })
  t.match(await ask('GET', '/diff/1/many'), { status: 404 })
  t.match(await ask('GET', '/rollback/1'), { status: 405, headers: { allow: 'POST' } })
  t.match(await ask('DELETE', '/state'), { status: 405, headers: { allow: 'GET' } })
  t.match(await ask('GET', '/state', { 'x-long': 'x'.repeat(20_000) }), {
    status: 431,
    text: /headers of at most/,
  })
  t.match(await sendRaw(port, 'no HTTP at all\r\n\r\n'), /^HTTP\/1.1 400 [^]*expected HTTP/)
  t.match(await sendRaw(port, `GET ${'/x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`), / 431 /)
  t.equal((await ask('GET', '/health')).status, 200)
})

t.test('a known error is answered with its message, any other without details', async t => {
  const { agent, ask } = await scene(t)
  agent.generations = () => Promise.reject(new Error('/secret/path'))
  const inner = await ask('GET', '/history')
  t.equal(inner.status, 500)
  t.notMatch(inner.text, /secret/)
  const meant = new AgentError('configuration', 'say this')
  agent.generations = () => Promise.reject(meant)
  t.match(await ask('GET', '/history'), { status: 409, text: /"say this"/ })
})

t.test('health and readiness are answered with reasons', async t => {
  const { ask, set } = await scene(t)
  set({
    outcome: {
      kind: 'unchanged',
      plan: { kind: 'noop', reason: '', operations: [], draining: [] },
    },
  })
  t.match(await ask('GET', '/ready'), { status: 200, text: /"ready":true/ })
  t.match(await ask('GET', '/health'), { status: 200, text: /"status":"ok"/ })
  set(stateWith({ serf: { address: '127.0.0.1:7373', connected: false, error: 'refused' } }))
  t.match(await ask('GET', '/ready'), {
    status: 503,
    text: /Serf agent at 127.0.0.1:7373.*refused/,
  })
  t.match(await ask('GET', '/health'), { status: 200, text: /degraded/ })
})

t.test('only its owner can open the control socket', async t => {
  const { controlSocket } = await scene(t)
  t.equal(statSync(controlSocket).mode & 0o777, 0o600)
})

t.test('the socket of a killed agent is replaced, that of a running agent is not', async t => {
  const { controlSocket, agent } = await scene(t)
  await t.rejects(serveAgent({ agent, controlSocket }), {
    code: 'configuration',
    message: /another agent listens on/,
  })
  const stale = join(temporaryFolder(t), 'control.sock')
  writeFileSync(stale, '')
  const server = await serveAgent({ agent, controlSocket: stale })
  await server.close()
})

t.test('a port in use is reported, and listened on when it is free', async t => {
  const squatter = createServer().listen(0, host)
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  const troubles: string[] = []
  const { askSocket } = await scene(t, {
    listen: { address: host, port },
    onListenError: ({ message }) => troubles.push(message),
    retryListenMs: 20,
  })
  t.match(troubles[0], new RegExp(`cannot listen on ${host}:${port}: .*EADDRINUSE`))
  t.equal((await askSocket('GET', '/state')).status, 200, 'the control socket is there')
  squatter.close()
  await until('the port to be served', async () => {
    const answer = await ask({ host, port, path: '/state' }).catch(() => undefined)
    return answer?.status === 200
  })
})
