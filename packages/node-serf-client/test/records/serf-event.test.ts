import t from 'tap'
import { decodeEventOf, eventTypes, payloadOf } from '../../src/records/serf-event.js'
import { decodeMessage } from '../../src/wire/message-codec.js'
import { received, wireMember } from '../wire-objects.js'

t.test('a member event has the members that changed', async t => {
  const event = decodeEventOf<'member-failed'>(
    received({ Event: 'member-failed', Members: [wireMember('s1')] }),
  )
  t.match(event, { event: 'member-failed', members: [{ name: 's1', status: 'alive' }] })
  const reap = received({ Event: 'member-reap', Members: null })
  t.same(decodeEventOf<'member-reap'>(reap).members, [])
})

t.test('a user event and a query have their payload and time', async t => {
  const Payload = Uint8Array.of(0, 255)
  const facts = { Name: 'deploy', LTime: 7, Payload }
  const common = { name: 'deploy', lamportTime: 7n, payload: Payload }
  t.match(decodeEventOf<'user'>(received({ Event: 'user', Coalesce: true, ...facts })), {
    event: 'user',
    coalesce: true,
    ...common,
  })
  t.match(decodeEventOf<'query'>(received({ Event: 'query', ID: 3, ...facts })), {
    event: 'query',
    id: 3,
    ...common,
  })
  const bare = received({ Event: 'user', ...facts, Payload: null })
  t.equal(decodeEventOf<'user'>(bare).payload.length, 0, 'Go sends no payload as nil')
})

t.test('a logical time of 64 bits is exact', async t => {
  const largest = Buffer.from([0xcf, ...new Uint8Array(8).fill(0xff)])
  const record = Buffer.concat([
    Buffer.from([0x83, 0xa5]),
    Buffer.from('Event'),
    Buffer.from([0xa4]),
    Buffer.from('user'),
    Buffer.from([0xa4]),
    Buffer.from('Name'),
    Buffer.from([0xa1, 0x78, 0xa5]),
    Buffer.from('LTime'),
    largest,
  ])
  t.equal(decodeEventOf<'user'>(decodeMessage(record)).lamportTime, 2n ** 64n - 1n)
})

t.test('an unknown event is rejected', async t => {
  for (const wire of [null, {}, { Event: 'reboot', Name: 'deploy' }, { Event: 7 }]) {
    t.throws(() => decodeEventOf(received(wire)), {
      code: 'protocol',
      message: /expected an event/,
    })
  }
})

t.test('event types are joined by commas, so a type with a comma is rejected', async t => {
  t.equal(eventTypes(['member-join', 'user:deploy']), 'member-join,user:deploy')
  t.throws(() => eventTypes(['user:a,query']), {
    code: 'invalid-argument',
    command: 'stream',
    message: /expected no comma.* got "user:a,query"/,
  })
})

t.test('a time that is not an integer is rejected', async t => {
  for (const LTime of [1.5, '7', null]) {
    const wire = received({ Event: 'user', Name: 'deploy', LTime, Payload: null })
    t.throws(() => decodeEventOf(wire), { message: /expected an integer in LTime/ })
  }
})

t.test('a query without an id is rejected, because it cannot be answered', async t => {
  const wire = received({ Event: 'query', Name: 'load', LTime: 1, Payload: null })
  t.throws(() => decodeEventOf(wire), { message: /expected a number in ID/ })
})

t.test('anything but bytes is an empty payload', async t => {
  t.equal(payloadOf(null).length, 0)
  t.same(payloadOf(Uint8Array.of(1)), Uint8Array.of(1))
})
