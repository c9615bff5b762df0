import { until } from 'real-components'
import t from 'tap'
import { startFakeAgent } from '../src/fake-agent/index.js'
import { connect } from '../src/index.js'
import { connectToFake, neverAnswers, startFakeRpcServer } from './fake-rpc-server.js'
import { sampleMember } from './sample-member.js'
import { frames, header, wireMember } from './wire-objects.js'

function joinEvent(...names: readonly string[]): object {
  return { Event: 'member-join', Members: names.map(name => wireMember(name)) }
}

t.test('leaving the scope of a client closes its connection', async t => {
  const agent = await startFakeRpcServer(t, neverAnswers)
  {
    await using _ = await connect({ port: agent.port })
    t.equal(agent.clients.size, 1)
  }
  await until('the client to disconnect', () => agent.clients.size === 0)
})

t.test('each method sends its command with the right fields', async t => {
  const { client, agent } = await connectToFake(t, ({ command, seq }, socket) => {
    const counts = { Messages: {}, Keys: {}, NumNodes: 1, NumResp: 1, NumErr: 0 }
    const bodies: Readonly<Record<string, object>> = { join: { Num: 2 } }
    const hasKeyReply = command.endsWith('-key')
    const body = hasKeyReply ? counts : bodies[command]
    socket.write(frames(header(seq), ...(body ? [body] : [])))
  })
  t.equal(await client.join(['10.0.0.1:7946', 's2'], { replay: true }), 2)
  await client.forceLeave('s3', { prune: true })
  await client.forceLeave('s4')
  await client.tags({ set: { role: 'web' }, delete: ['zone'] })
  await client.tags({})
  await client.event('deploy', 'ü', { coalesce: true })
  await client.event('deploy')
  await client.respond(7, Uint8Array.of(0, 255))
  t.match(await client.installKey('a'), { nodes: 1, keys: {} })
  await client.useKey('a')
  await client.removeKey('b')
  t.same(
    agent.requests.slice(1).map(({ command, body }) => [command, body]),
    [
      ['join', { Existing: ['10.0.0.1:7946', 's2'], Replay: true }],
      ['force-leave', { Node: 's3', Prune: true }],
      ['force-leave', { Node: 's4' }],
      ['tags', { Tags: { role: 'web' }, DeleteTags: ['zone'] }],
      ['tags', { Tags: {}, DeleteTags: [] }],
      ['event', { Name: 'deploy', Payload: Uint8Array.from(Buffer.from('ü')), Coalesce: true }],
      ['event', { Name: 'deploy', Payload: new Uint8Array(), Coalesce: false }],
      ['respond', { ID: 7, Payload: Uint8Array.of(0, 255) }],
      ['install-key', { Key: 'a' }],
      ['use-key', { Key: 'a' }],
      ['remove-key', { Key: 'b' }],
    ],
  )
})

t.test('the local address is the one that the agent sees', async t => {
  const { client, agent } = await connectToFake(t, neverAnswers)
  const [socket] = agent.clients
  t.equal(client.localAddress, `${socket?.remoteAddress}:${socket?.remotePort}`)
})

t.test('a stream delivers its records, including one in the packet of the reply', async t => {
  const { client, agent } = await connectToFake(t, ({ seq }, socket) => {
    socket.write(
      frames(header(seq), header(seq), joinEvent('s1'), header(seq), joinEvent('s2', 's3')),
    )
  })
  const events = await client.stream(['member-join', 'member-leave'])
  t.match(await events.next(), { value: { event: 'member-join', members: [{ name: 's1' }] } })
  t.match(await events.next(), { value: { members: [{ name: 's2' }, { name: 's3' }] } })
  t.match(agent.requests[1], { command: 'stream', body: { Type: 'member-join,member-leave' } })
})

t.test('leaving the loop stops the stream by its number', async t => {
  const { client, agent } = await connectToFake(t, ({ command, seq }, socket) => {
    if (command === 'monitor') socket.write(frames(header(seq), header(seq), { Log: 'line' }))
    else if (command === 'members') socket.write(frames(header(seq), { Members: [] }))
    // A record that was sent before the loop was left.
    else socket.write(frames(header(2), { Log: 'late' }, header(seq)))
  })
  await client.members()
  for await (const line of await client.monitor('DEBUG')) {
    t.equal(line, 'line')
    break
  }
  t.same(await client.members(), [], 'the connection stays open')
  t.same(agent.requests.slice(2), [
    { command: 'monitor', seq: 2, body: { LogLevel: 'DEBUG' } },
    { command: 'stop', seq: 3, body: { Stop: 2 } },
    { command: 'members', seq: 4, body: undefined },
  ])
})

t.test('a stream that is aborted or times out before it opens is stopped', async t => {
  const { client, agent } = await connectToFake(t, neverAnswers)
  const abort = new AbortController()
  const rejection = t.rejects(client.monitor('INFO', { signal: abort.signal }), {
    message: 'enough',
  })
  await until('the request to arrive', () => agent.requests.length === 2)
  abort.abort(new Error('enough'))
  await rejection
  await t.rejects(client.stream(['member-join'], { timeoutMs: 20 }), { code: 'timeout' })
  await until('two stops', () => agent.requests.length === 5)
  t.match(agent.requests, [
    { command: 'handshake' },
    { command: 'monitor', seq: 1 },
    { command: 'stop', body: { Stop: 1 } },
    { command: 'stream', seq: 3 },
    { command: 'stop', body: { Stop: 3 } },
  ])
})

t.test('records without a sender, which a slow agent sends, are skipped', async t => {
  const { client } = await connectToFake(t, ({ seq }, socket) => {
    const records = [
      { Type: 'ack', From: '', Payload: null },
      { Type: 'response', From: 's1', Payload: null },
      { Type: 'response', From: '', Payload: null },
      { Type: 'done', From: '', Payload: null },
    ]
    socket.write(frames(header(seq), ...records.flatMap(record => [header(seq), record])))
  })
  const received: string[] = []
  for await (const { from } of await client.query('load')) received.push(from)
  t.same(received, ['s1'])
})

t.test('a stream with an invalid record ends with a protocol error, and is stopped', async t => {
  const { client, agent } = await connectToFake(t, ({ command, seq }, socket) => {
    if (command === 'stop') socket.write(frames(header(seq)))
    else socket.write(frames(header(seq), header(seq), { Event: 'query' }))
  })
  const events = await client.stream(['member-join'])
  await t.rejects(events.next(), { code: 'protocol' })
  t.match(await events.next(), { done: true })
  const lines = await client.monitor('INFO')
  await t.rejects(lines.next(), { code: 'protocol', message: /expected a text in Log/ })
  await until('two stops', () => agent.requests.length === 5)
  t.match(agent.requests[2], { command: 'stop', body: { Stop: 1 } })
})

t.test('a stream delivers its last records before the error of a closed connection', async t => {
  const { client } = await connectToFake(t, ({ seq }, socket) => {
    socket.end(frames(header(seq), header(seq), { Log: 'last words' }))
  })
  const received: string[] = []
  const reading = async () => {
    for await (const line of await client.monitor('INFO')) received.push(line)
  }
  await t.rejects(reading(), { name: 'SerfError', code: 'closed' })
  t.same(received, ['last words'])
})

t.test('a stream ends with an error when this client closes the connection', async t => {
  const { client } = await connectToFake(t, ({ seq }, socket) => socket.write(frames(header(seq))))
  const lines = await client.monitor('INFO')
  const rejection = t.rejects(lines.next(), { code: 'closed' })
  client.close()
  await rejection
  t.same(await lines.return?.(), { value: undefined, done: true })
})

t.test('a stream keeps the newest records for a slow reader, and counts the others', async t => {
  const { client } = await connectToFake(t, ({ command, seq }, socket) => {
    if (command === 'monitor') socket.write(frames(header(seq)))
    else {
      const lines = Array.from({ length: 4100 }, (_, i) => [header(1), { Log: String(i) }])
      socket.write(frames(...lines.flat(), header(seq), { Members: [] }))
    }
  })
  const lines = await client.monitor('INFO')
  t.equal(lines.missed, 0)
  await client.members()
  t.equal(lines.missed, 4)
  t.same(await lines.next(), { value: '4', done: false })
})

t.test('a slow reader blocks no other call, and missed counts its lost records', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  const slow = await client.stream(['member-join'], { maxQueued: 10 })
  const quick = await client.stream(['member-join'])
  for (let i = 0; i < 1000; i++) agent.emit('member-join', [{ ...sampleMember, name: `s${i}` }])
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
