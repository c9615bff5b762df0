import { createServer } from 'node:net'
import { freePort } from 'real-components'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import t, { type Test } from 'tap'
import { rejoinMember } from '../src/index.js'

const address = '127.0.0.1'

/** Listens as a member's gossip port; returns the port. */
async function gossipPort(t: Test): Promise<number> {
  const server = createServer(socket => socket.on('error', () => {}).resume())
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  t.teardown(() => server.close())
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port')
  return bound.port
}

t.test('a reachable member is joined, with the timeouts and the key of the agent', async t => {
  const port = await gossipPort(t)
  await using agent = await startFakeAgent({ authKey: 'secret', peers: [`${address}:${port}`] })
  const options = { port: agent.port, authKey: 'secret' }
  t.equal(await rejoinMember({ address, port }, options), true)
  t.match(agent.requests, [
    { command: 'handshake' },
    { command: 'auth' },
    { command: 'join', body: { Existing: [`${address}:${port}`] } },
  ])
})

t.test('a member that does not accept a connection is not joined', async t => {
  await using agent = await startFakeAgent()
  const port = await freePort(address)
  t.equal(await rejoinMember({ address, port }, { port: agent.port }), false)
  t.equal(agent.requests.length, 0, 'the agent is not asked')
})

t.test('a refused join is no error', async t => {
  const port = await gossipPort(t)
  await using agent = await startFakeAgent({ peers: [] })
  t.equal(await rejoinMember({ address, port }, { port: agent.port }), false)
})

t.test('an IPv6 address is joined in brackets', async t => {
  const port = await gossipPort(t)
  const mapped = `::ffff:${address}`
  await using agent = await startFakeAgent({ peers: [`[${mapped}]:${port}`] })
  t.equal(await rejoinMember({ address: mapped, port }, { port: agent.port }), true)
})

t.test('an unreachable agent and a wrong key are errors', async t => {
  const member = { address, port: await gossipPort(t) }
  const port = await freePort(address)
  await t.rejects(rejoinMember(member, { port }), { name: 'SerfError', code: 'unreachable' })
  await using agent = await startFakeAgent({ authKey: 'secret' })
  await t.rejects(rejoinMember(member, { port: agent.port, authKey: 'wrong' }), {
    code: 'authentication',
  })
})

t.test('an aborted signal rejects with its reason', async t => {
  const member = { address, port: await gossipPort(t) }
  await using agent = await startFakeAgent()
  const signal = AbortSignal.abort(new Error('not needed'))
  await t.rejects(rejoinMember(member, { port: agent.port, signal }), { message: 'not needed' })
  t.equal(agent.requests.length, 0)
})
