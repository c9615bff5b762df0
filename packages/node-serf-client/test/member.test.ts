import t from 'tap'
import { decodeMember, formatAddress } from '../src/member.js'
import { decodeMemberEvent } from '../src/serf-event.js'
import { wireMember } from './scripted-agent.js'

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

t.test('an address of another length is malformed', async t => {
  for (const length of [0, 3, 5, 15, 17]) {
    t.throws(() => formatAddress(new Uint8Array(length)), { code: 'protocol' }, `${length} bytes`)
  }
})

t.test('a member is what its agent tells', async t => {
  t.same(decodeMember(wireMember('s1', { ProtocolCur: 2 })), {
    name: 's1',
    address: '127.0.0.1',
    port: 7946,
    status: 'alive',
    tags: { role: 'web' },
  })
})

t.test('a member without tags has an empty set of them', async t => {
  t.same(decodeMember(wireMember('s1', { Tags: null })).tags, {})
  t.same(decodeMember(wireMember('s1', { Tags: undefined })).tags, {})
})

t.test('names and tags are passed on as they are', async t => {
  const name = 'a\nserver x 6.6.6.6:80 "\\\0 \u202e'
  const tags = { 'a key\n': '"; drop', constructor: 'x', '__proto__\0': 'y' }
  const member = decodeMember(wireMember(name, { Tags: tags }))
  t.equal(member.name, name)
  t.same(Object.entries(member.tags), Object.entries(tags))
})

t.test('member data that is malformed is refused, with what was found and wanted', async t => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [null, /found null, wanted a map/],
    [undefined, /found undefined, wanted a map/],
    [['s1'], /found \["s1"\], wanted a map/],
    [wireMember('', { Name: 7 }), /found 7, wanted a text in Name/],
    [wireMember('s1', { Addr: '127.0.0.1' }), /found "127.0.0.1", wanted bytes in Addr/],
    [wireMember('s1', { Addr: null }), /found null, wanted bytes in Addr/],
    [wireMember('s1', { Port: '80' }), /found "80", wanted a number in Port/],
    [wireMember('s1', { Status: 'dead' }), /found "dead", wanted a status/],
    [wireMember('s1', { Status: undefined }), /found undefined, wanted a status/],
    [wireMember('s1', { Tags: 'role=web' }), /found "role=web", wanted a map in Tags/],
    [wireMember('s1', { Tags: { 'a\n': 1 } }), /found 1, wanted a text in tag "a\\n"/],
  ]
  for (const [wire, message] of cases) {
    t.throws(() => decodeMember(wire), { name: 'SerfError', code: 'protocol', message })
  }
})

t.test('a message about malformed data stays short', async t => {
  t.throws(() => decodeMember(['x'.repeat(10_000)]), { message: /^.{0,300}$/ })
})

t.test('a member event names who changed', async t => {
  const event = decodeMemberEvent({ Event: 'member-failed', Members: [wireMember('s1')] })
  t.match(event, { event: 'member-failed', members: [{ name: 's1', status: 'alive' }] })
  t.same(decodeMemberEvent({ Event: 'member-reap', Members: null }).members, [])
})

t.test('an event of another kind is refused', async t => {
  for (const wire of [null, [], {}, { Event: 'user', Name: 'deploy' }, { Event: 7 }]) {
    t.throws(() => decodeMemberEvent(wire), { code: 'protocol', message: /wanted a member event/ })
  }
})
