import { createServer, type IncomingMessage } from 'node:http'
import { freePort, until, type Tidy } from 'real-components'
import t from 'tap'
import { connect, SerfError, type SerfClient } from '../src/index.js'
import { isRecord } from '../src/wire/wire-value.js'
import {
  frames,
  header,
  listen,
  portOf,
  scriptedAgent,
  wireMember,
  type Script,
  type ScriptedAgent,
} from './scripted-agent.js'

interface Scene {
  readonly agent: ScriptedAgent
  readonly client: SerfClient
}

/** A client that is connected to an agent which follows a script. */
async function scene(t: Tidy, script: Script, timeoutMs = 5000): Promise<Scene> {
  const agent = await scriptedAgent(t, script)
  const client = await connect({ host: agent.host, port: agent.port, timeoutMs })
  t.teardown(() => client.close())
  return { agent, client }
}

function join(...names: readonly string[]): object {
  return { Event: 'member-join', Members: names.map(name => wireMember(name)) }
}

const never: Script = () => {}
const emptyCluster: Script = ({ seq }, socket) => socket.write(frames(header(seq), { Members: [] }))
const refusing =
  (reason: string): Script =>
  ({ seq }, socket) =>
    socket.write(frames(header(seq, reason)))

t.test('connect', async t => {
  t.test('shakes hands with protocol version 1, and then gives its key', async t => {
    const agent = await scriptedAgent(t, ({ seq }, socket) => socket.write(frames(header(seq))))
    await using _ = await connect({ host: agent.host, port: agent.port, authKey: 'secret' })
    t.same(agent.requests, [
      { command: 'handshake', seq: 0, body: { Version: 1 } },
      { command: 'auth', seq: 1, body: { AuthKey: 'secret' } },
    ])
  })

  t.test('says that nothing listens', async t => {
    const port = await freePort('127.0.0.1')
    await t.rejects(connect({ port }), {
      name: 'SerfError',
      code: 'unreachable',
      message: new RegExp(`127\\.0\\.0\\.1:${port}.*ECONNREFUSED`),
      cause: { code: 'ECONNREFUSED' },
    })
  })

  t.test('refuses a port that is none', async t => {
    for (const port of [0, -1, 65_536, 1.5, NaN]) {
      await t.rejects(connect({ port }), { code: 'invalid-argument' }, String(port))
    }
  })

  t.test('refuses limits that limit nothing', async t => {
    for (const limits of [{ timeoutMs: 0 }, { timeoutMs: NaN }, { maxFrameBytes: -1 }]) {
      const failure = { code: 'invalid-argument', message: new RegExp(Object.keys(limits).join()) }
      await t.rejects(connect(limits), failure, JSON.stringify(limits))
    }
    const { client, agent } = await scene(t, emptyCluster, Infinity)
    t.same(await client.members(), [], 'a timeout may be as long as one likes')
    for (const maxQueued of [0, -1, NaN]) {
      await t.rejects(client.monitor('INFO', { maxQueued }), { code: 'invalid-argument' })
    }
    t.equal(agent.requests.length, 2)
  })

  t.test('tells a wrong key from other refusals, and hangs up', async t => {
    const codes = {
      'Invalid authentication token': 'authentication',
      'Authentication required': 'authentication',
      'Unsupported command': 'refused',
    }
    for (const [reason, code] of Object.entries(codes)) {
      const agent = await scriptedAgent(t, refusing(reason))
      const wanted = { code, command: 'auth', message: new RegExp(reason) }
      await t.rejects(connect({ port: agent.port, authKey: 'wrong' }), wanted)
      await until('the client to hang up', () => agent.clients.size === 0)
    }
  })

  t.test('sees within the timeout that an HTTP server is no agent', async t => {
    const server = createServer((_: IncomingMessage, response) => response.end())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    await t.rejects(connect({ port: portOf(server) }), {
      code: 'protocol',
      message: /no Serf agent/,
    })
  })

  t.test('sees that a server with other msgpack messages is no agent', async t => {
    for (const message of [['hello'], { Error: '' }, { Seq: '0' }, null]) {
      const server = await listen(t, socket => socket.write(frames(message)))
      await t.rejects(connect({ port: server.port }), { code: 'protocol', command: 'handshake' })
    }
  })

  t.test('gives up on bytes that are no msgpack', async t => {
    const server = await listen(t, socket => socket.resume().write(Uint8Array.of(0xc1)))
    await t.rejects(connect({ port: server.port }), { code: 'protocol' })
    await until('the client to hang up', () => server.clients.size === 0)
  })

  t.test('gives up on a server that never answers, and hangs up', async t => {
    const server = await listen(t, socket => socket.resume())
    const failure = { code: 'timeout', command: 'handshake', message: /within 30 ms/ }
    await t.rejects(connect({ port: server.port, timeoutMs: 30 }), failure)
    await until('the client to hang up', () => server.clients.size === 0)
  })

  t.test('rejects with the reason of a signal that was aborted before', async t => {
    const agent = await scriptedAgent(t, never)
    const reason = new Error('no longer wanted')
    await t.rejects(connect({ port: agent.port, signal: AbortSignal.abort(reason) }), reason)
    t.equal(agent.requests.length, 0)
  })

  t.test('rejects with the reason of a signal that aborts on the way, and hangs up', async t => {
    const server = await listen(t, socket => socket.resume())
    const abort = new AbortController()
    const connecting = connect({ port: server.port, signal: abort.signal })
    const rejection = t.rejects(connecting, { message: 'no longer wanted' })
    await until('the client to connect', () => server.clients.size === 1)
    abort.abort(new Error('no longer wanted'))
    await rejection
    await until('the client to hang up', () => server.clients.size === 0)
  })
})

t.test('a call', async t => {
  t.test('that overlaps with another gets its own reply', async t => {
    const { client, agent } = await scene(t, (_, socket) => {
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

  t.test('that is refused leaves the connection in use', async t => {
    const { client, agent } = await scene(t, (request, socket) => {
      if (request.seq === 1) refusing('Monitor already exists')(request, socket)
      else socket.write(frames(header(request.seq), { Members: null }))
    })
    const failure = { code: 'refused', command: 'monitor', message: /Monitor already exists/ }
    await t.rejects(client.monitor('INFO'), failure)
    t.same(await client.members(), [])
    t.equal(agent.requests.length, 3, 'there is nothing to stop')
  })

  t.test('without the key that the agent wants is an authentication error', async t => {
    const { client } = await scene(t, refusing('Authentication required'))
    await t.rejects(client.members(), { code: 'authentication', command: 'members' })
    await t.rejects(client.stream(['member-join']), { code: 'authentication', command: 'stream' })
  })

  t.test('to an agent that hangs ends in time', async t => {
    const { client } = await scene(t, never, 30)
    await t.rejects(client.members(), { code: 'timeout', command: 'members' })
  })

  t.test('can have a timeout of its own', async t => {
    const { client } = await scene(t, never)
    await t.rejects(client.members(undefined, { timeoutMs: 20 }), { code: 'timeout' })
  })

  t.test('does not get the late reply to the one before it', async t => {
    const { client, agent } = await scene(t, ({ seq }, socket) => {
      if (agent.requests.length < 3) return
      socket.write(frames(header(1), { Members: [wireMember('late')] }))
      socket.write(frames(header(seq), { Members: [wireMember('in-time')] }))
    })
    await t.rejects(client.members(undefined, { timeoutMs: 20 }), { code: 'timeout' })
    t.match(await client.members(), [{ name: 'in-time' }])
  })

  t.test('ends with its signal, and the connection stays in use', async t => {
    const { client, agent } = await scene(t, ({ seq }, socket) => {
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

  t.test('with a signal that was aborted before is not sent', async t => {
    const { client, agent } = await scene(t, emptyCluster)
    const signal = AbortSignal.abort(new Error('enough'))
    await t.rejects(client.members(undefined, { signal }), { message: 'enough' })
    await t.rejects(client.stream([], { signal }), { message: 'enough' })
    await client.members()
    t.match(agent.requests, [{ command: 'handshake' }, { command: 'members' }])
    t.equal(agent.requests.length, 2)
  })

  t.test('to an agent that dies in the middle of a frame ends with closed', async t => {
    const reply = frames(header(1), { Members: [wireMember('s1')] })
    for (const cut of [1, frames(header(1)).length, reply.length - 1]) {
      const { client } = await scene(t, (_, socket) => socket.end(reply.subarray(0, cut)))
      await t.rejects(client.members(), { code: 'closed', command: 'members' }, `${cut} bytes`)
    }
  })

  t.test('to an agent that resets the connection ends with closed, and the cause', async t => {
    const { client } = await scene(t, (_, socket) => socket.resetAndDestroy())
    const failure = { code: 'closed', command: 'members', cause: { code: 'ECONNRESET' } }
    await t.rejects(client.members(), failure)
  })

  t.test('after the connection has ended says so', async t => {
    const { client, agent } = await scene(t, never)
    const waiting = t.rejects(client.members(), { code: 'closed', message: /by this client/ })
    client.close()
    client.close()
    await waiting
    await t.rejects(client.members(), { code: 'closed' })
    await until('the client to hang up', () => agent.clients.size === 0)
  })

  t.test('that the agent answers with nonsense is a protocol error', async t => {
    for (const body of [{}, [], { Members: 'none' }, { Members: [{}] }]) {
      const { client } = await scene(t, ({ seq }, socket) =>
        socket.write(frames(header(seq), body)),
      )
      await t.rejects(client.members(), { code: 'protocol' }, JSON.stringify(body))
    }
  })
})

t.test('leaving the scope of a client hangs up', async t => {
  const agent = await scriptedAgent(t, never)
  {
    await using _ = await connect({ port: agent.port })
    t.equal(agent.clients.size, 1)
  }
  await until('the client to hang up', () => agent.clients.size === 0)
})

t.test('a filter', async t => {
  t.test('is sent as it was given', async t => {
    const { client, agent } = await scene(t, emptyCluster)
    await client.members({ status: 'alive', name: 's\\d+', tags: { role: 'web|api' } })
    await client.members({})
    t.same(
      agent.requests.slice(1).map(({ body }) => body),
      [{ Status: 'alive', Name: 's\\d+', Tags: { role: 'web|api' } }, {}],
    )
  })

  t.test('that the agent would hang up on is refused before it is sent', async t => {
    const { client, agent } = await scene(t, emptyCluster)
    const expressions = [
      ['(', '[', '[]', '[^]', 'a**', '(+)', 'a{1001}'],
      ['(?=a)', '(?!a)', '(?<=a)', '(?<!a)', '(?<name>a)'],
      ['(a)\\1', '\\k', '\\u0061', '\\cA', '\\\\\\1', '\\p'],
    ]
    for (const name of expressions.flat()) {
      const failure = { code: 'invalid-argument', command: 'members-filtered' }
      await t.rejects(client.members({ name }), failure, name)
      await t.rejects(client.members({ tags: { role: name } }), { message: /for "role"/ }, name)
    }
    t.match(agent.requests, [{ command: 'handshake' }])
    t.equal(agent.requests.length, 1)
  })
})

t.test('a stream', async t => {
  t.test('gives its records, the one in the packet of the reply included', async t => {
    const { client, agent } = await scene(t, ({ seq }, socket) => {
      socket.write(frames(header(seq), header(seq), join('s1'), header(seq), join('s2', 's3')))
    })
    const events = await client.stream(['member-join', 'member-leave'])
    t.match(await events.next(), { value: { event: 'member-join', members: [{ name: 's1' }] } })
    t.match(await events.next(), { value: { members: [{ name: 's2' }, { name: 's3' }] } })
    t.match(agent.requests[1], { command: 'stream', body: { Type: 'member-join,member-leave' } })
  })

  t.test('is stopped by its number when the loop is left', async t => {
    const { client, agent } = await scene(t, ({ command, seq }, socket) => {
      if (command === 'monitor') socket.write(frames(header(seq), header(seq), { Log: 'line' }))
      else if (command === 'members') socket.write(frames(header(seq), { Members: [] }))
      // A record that was under way when the loop was left.
      else socket.write(frames(header(2), { Log: 'late' }, header(seq)))
    })
    await client.members()
    for await (const line of await client.monitor('DEBUG')) {
      t.equal(line, 'line')
      break
    }
    t.same(await client.members(), [], 'the connection stays in use')
    t.same(agent.requests.slice(2), [
      { command: 'monitor', seq: 2, body: { LogLevel: 'DEBUG' } },
      { command: 'stop', seq: 3, body: { Stop: 2 } },
      { command: 'members', seq: 4, body: undefined },
    ])
  })

  t.test('is stopped when nobody waits any more for the agent to open it', async t => {
    const { client, agent } = await scene(t, never)
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

  t.test('of a query passes over the records of nobody that a late agent sends', async t => {
    const { client } = await scene(t, ({ seq }, socket) => {
      const records = [
        { Type: 'ack', From: '', Payload: null },
        { Type: 'response', From: 's1', Payload: null },
        { Type: 'response', From: '', Payload: null },
        { Type: 'done', From: '', Payload: null },
      ]
      socket.write(frames(header(seq), ...records.flatMap(record => [header(seq), record])))
    })
    const found: string[] = []
    for await (const { from } of await client.query('load')) found.push(from)
    t.same(found, ['s1'])
  })

  t.test('that sends nonsense ends with a protocol error, and is stopped', async t => {
    const { client, agent } = await scene(t, ({ command, seq }, socket) => {
      if (command === 'stop') socket.write(frames(header(seq)))
      else socket.write(frames(header(seq), header(seq), { Event: 'query' }))
    })
    const events = await client.stream(['member-join'])
    await t.rejects(events.next(), { code: 'protocol' })
    t.match(await events.next(), { done: true })
    const lines = await client.monitor('INFO')
    await t.rejects(lines.next(), { code: 'protocol', message: /wanted a text in Log/ })
    await until('two stops', () => agent.requests.length === 5)
    t.match(agent.requests[2], { command: 'stop', body: { Stop: 1 } })
  })

  t.test('ends with an error when the agent goes, after what it had said', async t => {
    const { client } = await scene(t, ({ seq }, socket) => {
      socket.end(frames(header(seq), header(seq), { Log: 'last words' }))
    })
    const found: string[] = []
    const reading = async () => {
      for await (const line of await client.monitor('INFO')) found.push(line)
    }
    await t.rejects(reading(), { name: 'SerfError', code: 'closed' })
    t.same(found, ['last words'])
  })

  t.test('ends with an error when this client closes', async t => {
    const { client } = await scene(t, ({ seq }, socket) => socket.write(frames(header(seq))))
    const lines = await client.monitor('INFO')
    const rejection = t.rejects(lines.next(), { code: 'closed' })
    client.close()
    await rejection
    t.same(await lines.return?.(), { value: undefined, done: true })
  })

  t.test('keeps the newest records for a reader that lags, and says what was missed', async t => {
    const { client } = await scene(t, ({ command, seq }, socket) => {
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
})

t.test('a SerfError keeps what it knows', async t => {
  const cause = new Error('why')
  t.match(new SerfError('timeout', 'late', { command: 'members', cause }), {
    name: 'SerfError',
    code: 'timeout',
    message: 'late',
    command: 'members',
    cause,
  })
  t.notOk('cause' in new SerfError('timeout', 'late'))
})
