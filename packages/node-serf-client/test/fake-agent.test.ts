import { until } from 'real-components'
import t from 'tap'
import { startFakeAgent } from '../src/fake-agent/index.js'
import { connect, type Member } from '../src/index.js'
import { behavesLikeSerf, type StartAgent } from './agent-behaviour.js'

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
t.test('it does so in pieces of three bytes', t => behavesLikeSerf(t, fake(3)))

const member: Member = {
  name: 's2',
  address: '2001:db8::7',
  port: 7946,
  status: 'failed',
  tags: { role: 'web' },
}

t.test('its members are those that it was told', async t => {
  await using agent = await startFakeAgent({ name: 's1', members: [member] })
  await using client = await connect({ port: agent.port })
  t.match((await client.members())[1], member)
  await client.forceLeave('s2')
  t.match(await client.members({ status: 'left' }), [{ name: 's2' }])
  agent.setMembers([{ ...member, address: '' }])
  t.same(await client.members(), [{ ...member, address: '' }])
  await client.forceLeave('s2', { prune: true })
  t.equal((await client.members()).length, 0)
})

t.test('it tells events and lines of its log', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  const lines = await client.monitor('INFO')
  const events = await client.stream(['member-failed'])
  agent.emit('member-join', [member])
  agent.emit('member-failed', [member])
  t.same(await events.next(), {
    value: { event: 'member-failed', members: [member] },
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

t.test('it misbehaves as it is told, one request each', async t => {
  await using agent = await startFakeAgent()
  const { port } = agent
  agent.next('handshake', { refuse: 'Unsupported IPC version' })
  await t.rejects(connect({ port }), { code: 'handshake', command: 'handshake' })

  await using client = await connect({ port, timeoutMs: 200 })
  agent.next('members', { refuse: 'not today' }, { hang: true }, { delayMs: 5 })
  await t.rejects(client.members(), { code: 'refused', message: /not today/ })
  await t.rejects(client.members(undefined, { timeoutMs: 20 }), { code: 'timeout' })
  t.equal((await client.members()).length, 1, 'late, but there')
  agent.next('members', { dropAfterBytes: 30 })
  await t.rejects(client.members(), { code: 'closed', message: /in the middle/ })

  await using other = await connect({ port })
  agent.next('members', { garbage: Uint8Array.of(0xc1) })
  await t.rejects(other.members(), { code: 'protocol' })
})

t.test('it hangs up on everybody, and takes new clients', async t => {
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

t.test('it hangs up on what is no request, as Serf does', async t => {
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
  await until('everybody to be gone', () => agent.clients === 0)
})

t.test('10,000 calls may be under way at once, and share one signal', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port, timeoutMs: 60_000 })
  const { signal } = new AbortController()
  const calls = Array.from({ length: 10_000 }, () => client.members(undefined, { signal }))
  const found = await Promise.all(calls)
  t.ok(found.every(members => members.length === 1))
})

t.test('a frame of 2 GB is refused when it is announced', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  agent.next('members', { garbage: Uint8Array.of(0xc6, 0x80, 0, 0, 0) })
  const failure = { code: 'protocol', command: 'members', message: /2147483653 bytes/ }
  await t.rejects(client.members(), failure)
  await until('the client to hang up', () => agent.clients === 0)
})

t.test('a slow consumer blocks no other call, and is told how much it missed', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  const slow = await client.stream(['member-join'], { maxQueued: 10 })
  const quick = await client.stream(['member-join'])
  for (let i = 0; i < 1000; i++) agent.emit('member-join', [{ ...member, name: `s${i}` }])
  t.equal((await client.members()).length, 1)
  t.equal(slow.missed, 990)
  t.match(await slow.next(), { value: { members: [{ name: 's990' }] } }, 'the newest are kept')
  t.equal(quick.missed, 0)
  t.match(await quick.next(), { value: { members: [{ name: 's0' }] } })
})

t.test("aborting a stream frees the agent's side, and ends its loop", async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  const abort = new AbortController()
  const { signal } = abort
  const streams: readonly AsyncIterator<unknown>[] = [
    await client.stream(['*'], { signal }),
    await client.monitor('INFO', { signal }),
    await client.query('load', { signal, answerMs: 60_000 }),
  ]
  abort.abort(new Error('enough'))
  for (const stream of streams) await t.rejects(stream.next(), { message: 'enough' })
  await client.members()
  const stopped = agent.requests.filter(({ command }) => command === 'stop')
  t.same(
    stopped.map(({ body }) => body),
    [{ Stop: 1 }, { Stop: 2 }, { Stop: 3 }],
  )
})
