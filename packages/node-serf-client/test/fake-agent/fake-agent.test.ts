import { until } from 'real-components'
import t from 'tap'
import { startFakeAgent } from '../../src/fake-agent/index.js'
import { connect } from '../../src/index.js'
import { behavesLikeSerf, type StartAgent } from '../agent-behaviour.js'
import { sampleMember } from '../sample-member.js'

const peer = '127.0.0.1:7947'

const fake =
  (chunkBytes?: number): StartAgent =>
  async (t, { authKey, key }) => {
    const tags = { role: 'lb' }
    const options = { name: 's1', tags, authKey, keys: [key], peers: [peer] }
    const agent = await startFakeAgent({ ...options, ...(chunkBytes && { chunkBytes }) })
    t.teardown(() => agent.close())
    return { host: agent.host, port: agent.port, peer }
  }

t.test('the fake agent behaves like Serf', t => behavesLikeSerf(t, fake()))

t.test('the fake agent behaves like Serf if it sends three bytes at a time', t =>
  behavesLikeSerf(t, fake(3)),
)

t.test('its members can be set and replaced', async t => {
  await using agent = await startFakeAgent({ name: 's1', members: [sampleMember] })
  await using client = await connect({ port: agent.port })
  t.match((await client.members())[1], sampleMember)
  await client.forceLeave('s2')
  t.match(await client.members({ status: 'left' }), [{ name: 's2' }])
  agent.setMembers([{ ...sampleMember, address: '' }])
  t.same(await client.members(), [{ ...sampleMember, address: '' }])
  await client.forceLeave('s2', { prune: true })
  t.equal((await client.members()).length, 0)
  agent.setMembers([{ ...sampleMember, status: 'left' }])
  t.equal((await client.members()).length, 1)
  agent.setMembers([])
  t.equal((await client.members()).length, 0)
})

t.test('it sends events and log lines', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  const lines = await client.monitor('INFO')
  const events = await client.stream(['member-failed'])
  agent.emit('member-join', [sampleMember])
  agent.emit('member-failed', [sampleMember])
  t.same(await events.next(), {
    value: { event: 'member-failed', members: [sampleMember] },
    done: false,
  })
  agent.log('[INFO] one', '[INFO] two')
  const found: string[] = []
  for await (const line of lines) {
    found.push(line)
    if (line === '[INFO] two') break
  }
  t.match(found, [/Accepted client/, '[INFO] one', '[INFO] two'])
})

t.test('each planned mishap affects one request', async t => {
  await using agent = await startFakeAgent()
  const { port } = agent
  agent.next('handshake', { refuse: 'Unsupported IPC version' })
  await t.rejects(connect({ port }), { code: 'handshake', command: 'handshake' })

  await using client = await connect({ port })
  agent.next('members', { refuse: 'not allowed' }, { hang: true }, { delayMs: 5 })
  await t.rejects(client.members(), { code: 'refused', message: /not allowed/ })
  await t.rejects(client.members(undefined, { timeoutMs: 20 }), { code: 'timeout' })
  t.equal((await client.members()).length, 1, 'late, but there')
  agent.next('members', { dropAfterBytes: 30 })
  await t.rejects(client.members(), { code: 'closed', message: /in the middle/ })

  await using other = await connect({ port })
  agent.next('members', { garbage: Uint8Array.of(0xc1) })
  await t.rejects(other.members(), { code: 'protocol' })
})

t.test('it disconnects all clients, and accepts new ones', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  t.equal(agent.clients, 1)
  agent.next('members', { hang: true })
  const call = t.rejects(client.members(), { code: 'closed' })
  await until('the call to arrive', () => agent.requests.at(-1)?.command === 'members')
  agent.disconnect()
  await call
  await using again = await connect({ port: agent.port })
  t.equal((await again.members()).length, 1)
})

t.test('it closes the connection on an invalid request, as Serf does', async t => {
  await using agent = await startFakeAgent()
  const { createConnection } = await import('node:net')
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x82\xa7Command\xa4nope\xa3Seq\x01']) {
    const socket = createConnection(agent.port, agent.host)
    socket
      .on('error', () => {})
      .resume()
      .write(Buffer.from(bytes, 'latin1'))
    await new Promise(resolve => socket.on('close', resolve))
  }
  const socket = createConnection(agent.port, agent.host)
  socket.resume().write(Buffer.from('\x82\xa7Command\xa7members\xa3Seq\x01', 'latin1'))
  await new Promise(resolve => socket.on('end', resolve))
  socket.destroy()
  t.match(agent.requests, [{ command: 'members', seq: 1 }])
  await until('all clients to be disconnected', () => agent.clients === 0)
})

t.test('it records the requests of its clients with texts and bytes', async t => {
  await using agent = await startFakeAgent({ authKey: 'secret' })
  await using client = await connect({ port: agent.port, authKey: 'secret' })
  await client.event('deploy', 'v2')
  t.match(agent.requests, [
    { command: 'handshake', seq: 0, body: { Version: 1 } },
    { command: 'auth', seq: 1, body: { AuthKey: 'secret' } },
    { command: 'event', seq: 2, body: { Name: 'deploy', Payload: Buffer.from('v2') } },
  ])
})

t.test('a second agent on its port is an error, and close can be called twice', async t => {
  const agent = await startFakeAgent()
  await t.rejects(startFakeAgent({ port: agent.port }), { code: 'EADDRINUSE' })
  await agent.close()
  await agent.close()
  await t.rejects(connect({ port: agent.port }), { code: 'unreachable' })
})
