import t from 'tap'
import { decodeMember, decodeMembers, formatAddress } from '../../src/records/member.js'
import { received, wireMember } from '../wire-objects.js'

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

t.test('an address of another length is empty and no error', async t => {
  for (const length of [0, 3, 5, 15, 17]) t.equal(formatAddress(new Uint8Array(length)), '')
  t.equal(decodeMember(received(wireMember('s1', { Addr: null }))).address, '')
})

t.test('a member has the facts from its agent', async t => {
  t.same(decodeMember(received(wireMember('s1', { ProtocolCur: 2 }))), {
    name: 's1',
    address: '127.0.0.1',
    port: 7946,
    status: 'alive',
    tags: { role: 'web' },
  })
})

t.test('a member without tags has no tags', async t => {
  t.same(decodeMember(received(wireMember('s1', { Tags: null }))).tags, {})
  t.same(decodeMember(received(wireMember('s1', { Tags: undefined }))).tags, {})
})

t.test('names and tags are forwarded unchanged', async t => {
  const name = 'a\nserver x 6.6.6.6:80 "\\\0 \u202e'
  const tags = { 'a key\n': '"; drop', constructor: 'x', '__proto__\0': 'y' }
  const member = decodeMember(received(wireMember(name, { Tags: tags })))
  t.equal(member.name, name)
  t.same(Object.entries(member.tags), Object.entries(tags))
})

t.test('invalid member data is rejected with what was expected', async t => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [7, /expected a map in Members, got 7/],
    [['s1'], /expected a map in Members, got \[ 's1' \]/],
    [null, /expected a status, got undefined/],
    [wireMember('', { Name: 7 }), /expected a text in Name, got 7/],
    [wireMember('s1', { Port: '80' }), /expected a number in Port, got '80'/],
    [wireMember('s1', { Status: 'dead' }), /expected a status, got 'dead'/],
    [wireMember('s1', { Status: undefined }), /expected a status, got null/],
    [wireMember('s1', { Tags: 'role=web' }), /expected a map in tag, got 'role=web'/],
    [wireMember('s1', { Tags: { 'a\n': 1 } }), /expected a text in tag "a\\n", got 1/],
  ]
  for (const [wire, message] of cases) {
    t.throws(() => decodeMember(received(wire)), { name: 'SerfError', code: 'protocol', message })
  }
})

t.test('a message about malformed data stays short', async t => {
  t.throws(() => decodeMember(received(['x'.repeat(10_000)])), { message: /^.{0,300}$/ })
})

t.test('invalid UTF-8 cannot imitate another name', async t => {
  // 0xc1 0xb3 is an overlong form of "s"; a lenient decoder reads "s1".
  const names = [Uint8Array.of(0xc1, 0xb3, 0x31), Uint8Array.of(0x73, 0x31, 0xe0)]
  for (const Name of names) {
    t.match(decodeMember(received(wireMember('', { Name }))).name, /\ufffd/)
  }
})

t.test('the members of a reply are decoded in order, and nil is an empty list', async t => {
  const reply = received({ Members: [wireMember('s2'), wireMember('s1')] })
  t.same(
    decodeMembers(reply).map(({ name }) => name),
    ['s2', 's1'],
  )
  t.same(decodeMembers(received({ Members: null })), [])
  t.throws(() => decodeMembers(received({})), { message: /expected a list in Members/ })
})
