import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { agentClient, controlSocketOf, fetchStatus } from '../../src/http/agent-client.js'
import { serveAgent } from '../../src/http/agent-server.js'
import { fakeAgent } from '../fake-agent.js'

const address = '127.0.0.1'
const token = 'a-token-only-for-this-test'

/** Serves a fake agent over its control socket, TCP, or both, and returns where to find it. */
async function serve(t: Test, ways: { socket?: boolean; tcp?: boolean; token?: string }) {
  const stateFolder = temporaryFolder(t)
  const listen = { address, port: await freePort(address) }
  const fake = fakeAgent()
  const server = await serveAgent({
    agent: fake.agent,
    token: ways.token,
    ...(ways.socket && { controlSocket: controlSocketOf(stateFolder) }),
    ...(ways.tcp && { listen }),
  })
  t.teardown(() => server.close())
  return { ...fake, stateFolder, listen }
}

/** Listens as a program that is not an agent. */
async function serveOther(t: Test, answer: RequestListener) {
  const server = createServer(answer).listen(0, address)
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { listen: { address, port }, stateFolder: t.testdir(), tokenFile: undefined }
}

t.test('the control socket is used, and needs no token', async t => {
  const { stateFolder, listen, done } = await serve(t, { socket: true })
  const client = agentClient({ stateFolder, listen, tokenFile: undefined })
  t.match(await client.get('/state'), { mode: 'following' })
  t.match(await client.post('/freeze?reason=a%20b'), { mode: 'following' })
  t.same(done, ['watch', 'freeze a b'])
})

t.test('without the control socket TCP is used, and changes send the token', async t => {
  const { listen, done } = await serve(t, { tcp: true, token })
  const stateFolder = t.testdir({ token: `${token}\n` })
  const client = agentClient({ stateFolder, listen, tokenFile: join(stateFolder, 'token') })
  t.match(await client.get('/members'), [])
  await client.post('/thaw')
  t.same(done, ['thaw'])
  const withoutToken = agentClient({ stateFolder, listen, tokenFile: undefined })
  await t.rejects(withoutToken.post('/thaw'), {
    code: 'refused',
    message: /^expected Authorization: Bearer TOKEN, got no token$/,
  })
})

t.test('an unreadable token file is a configuration error', async t => {
  const { listen } = await serve(t, { tcp: true, token })
  const stateFolder = t.testdir()
  const client = agentClient({ stateFolder, listen, tokenFile: join(stateFolder, 'none') })
  await t.rejects(client.post('/thaw'), { code: 'configuration', message: /none/ })
})

t.test('a rejected request is an error with the message of the agent', async t => {
  const { stateFolder, listen } = await serve(t, { socket: true })
  const client = agentClient({ stateFolder, listen, tokenFile: undefined })
  await t.rejects(client.post('/accept'), { code: 'refused', message: 'no removals are held' })
})

t.test('no agent is an error that names both places', async t => {
  const stateFolder = t.testdir()
  const listen = { address: '::1', port: await freePort(address) }
  await t.rejects(agentClient({ stateFolder, listen, tokenFile: undefined }).get('/state'), {
    code: 'no-agent',
    message: `no agent answers at ${join(stateFolder, 'control.sock')}, nor at [::1]:${listen.port}`,
  })
})

t.test('an answer that is not JSON does not come from an agent', async t => {
  const other = await serveOther(t, (_, response) => response.end('<html>'))
  await t.rejects(agentClient(other).get('/state'), {
    code: 'no-agent',
    cause: { message: 'not a serf-haproxy agent: expected JSON, got "<html>"' },
  })
})

t.test('an error status without a message is named', async t => {
  const other = await serveOther(t, (_, response) => response.writeHead(418).end('{}'))
  await t.rejects(agentClient(other).get('/state'), {
    code: 'refused',
    message: 'the agent answered with status 418',
  })
})

t.test('an answer that breaks off is an error', async t => {
  const other = await serveOther(t, (_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{')
    setImmediate(() => response.destroy())
  })
  await t.rejects(agentClient(other).get('/state'), { code: 'no-agent' })
})

t.test('fetchStatus returns the state, or an error with the address', async t => {
  const { listen } = await serve(t, { tcp: true })
  t.match(await fetchStatus(listen), { mode: 'following' })
  const free = { address, port: await freePort(address) }
  await t.rejects(fetchStatus(free), { code: 'no-agent', message: `${address}:${free.port}` })
})

t.test('the control socket is in the state folder', async t => {
  t.equal(controlSocketOf('/var/lib/x'), '/var/lib/x/control.sock')
})
