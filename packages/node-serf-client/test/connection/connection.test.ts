import { getEventListeners } from 'node:events'
import { until } from 'real-components'
import t from 'tap'
import { startFakeAgent } from '../../src/fake-agent/index.js'
import { connect } from '../../src/index.js'
import { isRecord } from '../../src/wire/wire-value.js'
import { connectToFake, emptyCluster, neverAnswers, refusing } from '../fake-rpc-server.js'
import { frames, header, wireMember } from '../wire-objects.js'

t.test('overlapping calls get their own replies', async t => {
  const { client, agent } = await connectToFake(t, (_, socket) => {
    const [, first, second] = agent.requests
    if (!first || !second) return
    for (const { seq, body } of [second, first]) {
      const name = isRecord(body) ? String(body['Name']) : ''
      socket.write(frames(header(seq), { Members: [wireMember(name)] }))
    }
  })
  const [a, b] = await Promise.all([client.members({ name: 'a' }), client.members({ name: 'b' })])
  t.match([a, b], [[{ name: 'a' }], [{ name: 'b' }]])
})

t.test('the connection stays open after a refused call', async t => {
  const { client, agent } = await connectToFake(t, (request, socket) => {
    if (request.seq === 1) refusing('Monitor already exists')(request, socket)
    else socket.write(frames(header(request.seq), { Members: null }))
  })
  const failure = { code: 'refused', command: 'monitor', message: /Monitor already exists/ }
  await t.rejects(client.monitor('INFO'), failure)
  t.same(await client.members(), [])
  t.equal(agent.requests.length, 3, 'no stop is sent')
})

t.test('a call without a required key is an authentication error', async t => {
  const { client } = await connectToFake(t, refusing('Authentication required'))
  await t.rejects(client.members(), { code: 'authentication', command: 'members' })
  await t.rejects(client.stream(['member-join']), { code: 'authentication', command: 'stream' })
})

t.test('a call to a hanging agent times out', async t => {
  const { client } = await connectToFake(t, neverAnswers, 1000)
  await t.rejects(client.members(), { code: 'timeout', command: 'members' })
})

t.test('a call can set its own timeout', async t => {
  const { client } = await connectToFake(t, neverAnswers)
  await t.rejects(client.members(undefined, { timeoutMs: 20 }), { code: 'timeout' })
})

t.test('a late reply to a call that timed out does not reach the next call', async t => {
  const { client, agent } = await connectToFake(t, ({ seq }, socket) => {
    if (agent.requests.length < 3) return
    socket.write(frames(header(1), { Members: [wireMember('late')] }))
    socket.write(frames(header(seq), { Members: [wireMember('in-time')] }))
  })
  await t.rejects(client.members(undefined, { timeoutMs: 20 }), { code: 'timeout' })
  t.match(await client.members(), [{ name: 'in-time' }])
})

t.test('a signal aborts its call, and the connection stays open', async t => {
  const { client, agent } = await connectToFake(t, ({ seq }, socket) => {
    if (seq > 1) socket.write(frames(header(1), { Members: [] }, header(seq), { Members: [] }))
  })
  const abort = new AbortController()
  const call = client.members(undefined, { signal: abort.signal })
  const rejection = t.rejects(call, { message: 'enough' })
  await until('the request to arrive', () => agent.requests.length === 2)
  abort.abort(new Error('enough'))
  await rejection
  t.same(await client.members(), [])
})

t.test('a call with an aborted signal is not sent', async t => {
  const { client, agent } = await connectToFake(t, emptyCluster)
  const signal = AbortSignal.abort(new Error('enough'))
  await t.rejects(client.members(undefined, { signal }), { message: 'enough' })
  await t.rejects(client.stream([], { signal }), { message: 'enough' })
  await client.members()
  t.match(agent.requests, [{ command: 'handshake' }, { command: 'members' }])
  t.equal(agent.requests.length, 2)
})

t.test('a call ends with closed if the agent ends in the middle of a reply', async t => {
  const reply = frames(header(1), { Members: [wireMember('s1')] })
  for (const cut of [1, frames(header(1)).length, reply.length - 1]) {
    const { client } = await connectToFake(t, (_, socket) => socket.end(reply.subarray(0, cut)))
    await t.rejects(client.members(), { code: 'closed', command: 'members' }, `${cut} bytes`)
  }
})

t.test('a call ends with closed and the cause if the agent resets the connection', async t => {
  const { client } = await connectToFake(t, (_, socket) => socket.resetAndDestroy())
  const failure = { code: 'closed', command: 'members', cause: { code: 'ECONNRESET' } }
  await t.rejects(client.members(), failure)
})

t.test('close ends the call under way and rejects later calls', async t => {
  const { client, agent } = await connectToFake(t, neverAnswers)
  const waiting = t.rejects(client.members(), { code: 'closed', message: /by this client/ })
  client.close()
  client.close()
  await waiting
  await t.rejects(client.members(), { code: 'closed' })
  await until('the client to disconnect', () => agent.clients.size === 0)
})

t.test('a reply with an invalid body is a protocol error', async t => {
  for (const body of [{}, [], { Members: 'none' }, { Members: [{}] }]) {
    const { client } = await connectToFake(t, ({ seq }, socket) =>
      socket.write(frames(header(seq), body)),
    )
    await t.rejects(client.members(), { code: 'protocol' }, JSON.stringify(body))
  }
})

t.test('10,000 overlapping calls can share one signal', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port, timeoutMs: 60_000 })
  const { signal } = new AbortController()
  const warnings: Error[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  const calls = Array.from({ length: 10_000 }, () => client.members(undefined, { signal }))
  t.equal(getEventListeners(signal, 'abort').length, 1)
  const found = await Promise.all(calls)
  t.ok(found.every(members => members.length === 1))
  t.equal(getEventListeners(signal, 'abort').length, 0, 'no listener is left')
  t.same(warnings, [], 'Node.js warns of no leak')
})

t.test('a frame of 2 GB is rejected when it is announced', async t => {
  await using agent = await startFakeAgent()
  await using client = await connect({ port: agent.port })
  agent.next('members', { garbage: Uint8Array.of(0xc6, 0x80, 0, 0, 0) })
  const failure = { code: 'reply-too-large', command: 'members', message: /2147483653 bytes/ }
  await t.rejects(client.members(), failure)
  await until('the client to disconnect', () => agent.clients === 0)
})

t.test('an agent that answers nothing is asked a limited number of times', async t => {
  const { client } = await connectToFake(t, neverAnswers)
  const calls = Array.from({ length: 10_001 }, () =>
    client.members(undefined, { timeoutMs: 1 }).catch((error: unknown) => error),
  )
  const last = await calls.at(-1)
  t.match(last, { code: 'timeout', message: /expected fewer than 10000 requests without/ })
  t.match(await calls[0], { code: 'timeout', message: /did not answer/ })
})
