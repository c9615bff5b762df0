import { connect as connectTcp, type Socket } from 'node:net'
import { decodeMultiStream } from '@msgpack/msgpack'
import t, { type Test } from 'tap'
import { startFakeAgent, type FakeAgentOptions } from '../../src/fake-agent/index.js'
import { frames } from '../wire-objects.js'

/** A raw connection to a fake agent, without the client of this package. */
async function rawSession(
  t: Test,
  options: FakeAgentOptions = {},
): Promise<{ send: (...objects: readonly unknown[]) => void; next: () => Promise<unknown> }> {
  const agent = await startFakeAgent(options)
  t.teardown(() => agent.close())
  const socket: Socket = connectTcp(agent.port, agent.host)
  t.teardown(() => socket.destroy())
  const objects = decodeMultiStream(socket)
  return {
    send: (...requests) => void socket.write(frames(...requests)),
    next: async () => (await objects.next()).value,
  }
}

const handshake = [{ Command: 'handshake', Seq: 0 }, { Version: 1 }]

t.test('a command before the handshake is refused, and the session ends', async t => {
  const { send, next } = await rawSession(t)
  send({ Command: 'members', Seq: 1 })
  t.same(await next(), { Seq: 1, Error: 'Handshake required' })
  t.equal(await next(), undefined)
})

t.test('a second handshake and another version are refused', async t => {
  const { send, next } = await rawSession(t)
  send({ Command: 'handshake', Seq: 0 }, { Version: 2 })
  t.same(await next(), { Seq: 0, Error: 'Unsupported IPC version' })
  send(...handshake)
  t.same(await next(), { Seq: 0, Error: '' })
  send(...handshake)
  t.same(await next(), { Seq: 0, Error: 'Handshake already performed' })
})

t.test('without the key a command with a body is answered twice, as Serf does', async t => {
  const { send, next } = await rawSession(t, { authKey: 'secret' })
  send(...handshake, { Command: 'stream', Seq: 1 }, { Type: '*' })
  await next()
  const refusal = { Seq: 1, Error: 'Authentication required' }
  t.same([await next(), await next()], [refusal, refusal])
  send({ Command: 'members', Seq: 2 })
  t.same(await next(), { Seq: 2, Error: 'Authentication required' })
  send({ Command: 'auth', Seq: 3 }, { AuthKey: 'wrong' })
  t.same(await next(), { Seq: 3, Error: 'Invalid authentication token' })
  send({ Command: 'auth', Seq: 4 }, { AuthKey: 'secret' }, { Command: 'leave', Seq: 5 })
  t.same(
    [await next(), await next()],
    [
      { Seq: 4, Error: '' },
      { Seq: 5, Error: '' },
    ],
  )
})

t.test('a monitor starts with the kept lines, after its reply, and ends with stop', async t => {
  const { send, next } = await rawSession(t)
  send(...handshake, { Command: 'monitor', Seq: 1 }, { LogLevel: 'loud' })
  await next()
  t.same(await next(), { Seq: 1, Error: 'Unknown log level: LOUD' })
  send({ Command: 'monitor', Seq: 2 }, { LogLevel: 'info' })
  t.same(
    [await next(), await next()],
    [
      { Seq: 2, Error: '' },
      { Seq: 2, Error: '' },
    ],
  )
  t.match(await next(), { Log: /Accepted client/ })
  send({ Command: 'monitor', Seq: 3 }, { LogLevel: 'info' })
  t.same(await next(), { Seq: 3, Error: 'Monitor already exists' })
  send({ Command: 'stop', Seq: 4 }, { Stop: 2 })
  send({ Command: 'monitor', Seq: 5 }, { LogLevel: 'info' })
  t.same(
    [await next(), await next()],
    [
      { Seq: 4, Error: '' },
      { Seq: 5, Error: '' },
    ],
  )
})

t.test('a stream delivers the events that it selects', async t => {
  const { send, next } = await rawSession(t)
  send(...handshake, { Command: 'stream', Seq: 1 }, { Type: 'user:deploy' })
  await next()
  t.same(await next(), { Seq: 1, Error: '' })
  for (const [seq, name] of [
    [2, 'other'],
    [3, 'deploy'],
  ]) {
    send({ Command: 'event', Seq: seq }, { Name: name, Payload: Uint8Array.of(1) })
  }
  t.same(await next(), { Seq: 2, Error: '' })
  t.same(await next(), { Seq: 1, Error: '' })
  t.match(await next(), { Event: 'user', Name: 'deploy' })
  t.same(await next(), { Seq: 3, Error: '' })
})
