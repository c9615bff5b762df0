import t from 'tap'
import { decodeMember, formatAddress } from '../src/records/member.js'
import { decodeMessage } from '../src/wire/message-codec.js'
import { decodeEventOf, eventTypes } from '../src/records/serf-event.js'
import { received, wireMember } from './scripted-agent.js'

function ipv6(...groups: readonly number[]): Uint8Array {
  return Uint8Array.from(groups.flatMap(group => [group >> 8, group & 0xff]))
}

t.test('an address is shown in its usual form', async t => {
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [Uint8Array.of(10, 0, 0, 255), '10.0.0.255'],
    [Uint8Array.of(0, 0, 0, 0), '0.0.0.0'],
    [ipv6(0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0207), '192.0.2.7'],
    [ipv6(0, 0, 0, 0, 0, 0, 0, 0), '::'],
    [ipv6(0, 0, 0, 0, 0, 0, 0, 1), '::1'],
    [ipv6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xabc), '2001:db8::abc'],
    [ipv6(1, 0, 0, 2, 0, 0, 0, 3), '1:0:0:2::3'],
    [ipv6(0xfe80, 1, 2, 3, 4, 5, 6, 7), 'fe80:1:2:3:4:5:6:7'],
    [ipv6(0, 0, 0, 0, 0, 0xfffe, 0xc000, 0x0207), '::fffe:c000:207'],
  ]
  for (const [bytes, text] of cases) t.equal(formatAddress(bytes), text)
})

t.test('an address of another length hides nobody', async t => {
  for (const length of [0, 3, 5, 15, 17]) t.equal(formatAddress(new Uint8Array(length)), '')
  t.equal(decodeMember(received(wireMember('s1', { Addr: null }))).address, '')
})

t.test('a member is what its agent tells', async t => {
  t.same(decodeMember(received(wireMember('s1', { ProtocolCur: 2 }))), {
    name: 's1',
    address: '127.0.0.1',
    port: 7946,
    status: 'alive',
    tags: { role: 'web' },
  })
})

t.test('a member without tags has an empty set of them', async t => {
  t.same(decodeMember(received(wireMember('s1', { Tags: null }))).tags, {})
  t.same(decodeMember(received(wireMember('s1', { Tags: undefined }))).tags, {})
})

t.test('names and tags are passed on as they are', async t => {
  const name = 'a\nserver x 6.6.6.6:80 "\\\0 \u202e'
  const tags = { 'a key\n': '"; drop', constructor: 'x', '__proto__\0': 'y' }
  const member = decodeMember(received(wireMember(name, { Tags: tags })))
  t.equal(member.name, name)
  t.same(Object.entries(member.tags), Object.entries(tags))
})

t.test('member data that is malformed is refused, with what was found and wanted', async t => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [7, /found 7, wanted a map/],
    [['s1'], /found \[ 's1' \], wanted a map/],
    [null, /found undefined, wanted a status/],
    [wireMember('', { Name: 7 }), /found 7, wanted a text in Name/],
    [wireMember('s1', { Port: '80' }), /found '80', wanted a number in Port/],
    [wireMember('s1', { Status: 'dead' }), /found 'dead', wanted a status/],
    [wireMember('s1', { Status: undefined }), /found null, wanted a status/],
    [wireMember('s1', { Tags: 'role=web' }), /found 'role=web', wanted a map in tag/],
    [wireMember('s1', { Tags: { 'a\n': 1 } }), /found 1, wanted a text in tag "a\\n"/],
  ]
  for (const [wire, message] of cases) {
    t.throws(() => decodeMember(received(wire)), { name: 'SerfError', code: 'protocol', message })
  }
})

t.test('a message about malformed data stays short', async t => {
  t.throws(() => decodeMember(received(['x'.repeat(10_000)])), { message: /^.{0,300}$/ })
})

t.test('bytes that are no UTF-8 cannot pose as another name', async t => {
  // 0xc1 0xb3 is an overlong form of "s"; a lenient decoder reads "s1".
  const names = [Uint8Array.of(0xc1, 0xb3, 0x31), Uint8Array.of(0x73, 0x31, 0xe0)]
  for (const Name of names) {
    t.match(decodeMember(received(wireMember('', { Name }))).name, /\ufffd/)
  }
})

t.test('a member event names who changed', async t => {
  const event = decodeEventOf<'member-failed'>(
    received({ Event: 'member-failed', Members: [wireMember('s1')] }),
  )
  t.match(event, { event: 'member-failed', members: [{ name: 's1', status: 'alive' }] })
  const reap = received({ Event: 'member-reap', Members: null })
  t.same(decodeEventOf<'member-reap'>(reap).members, [])
})

t.test('a user event and a query come with their payload and time', async t => {
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

t.test('an event of another kind is refused', async t => {
  for (const wire of [null, {}, { Event: 'reboot', Name: 'deploy' }, { Event: 7 }]) {
    t.throws(() => decodeEventOf(received(wire)), { code: 'protocol', message: /wanted an event/ })
  }
})

t.test('event types travel as one text, so none may hold a comma', async t => {
  t.equal(eventTypes(['member-join', 'user:deploy']), 'member-join,user:deploy')
  t.throws(() => eventTypes(['user:a,query']), { code: 'invalid-argument' })
})
