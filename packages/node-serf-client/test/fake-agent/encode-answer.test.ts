import { decode, encode } from '@msgpack/msgpack'
import t from 'tap'
import { encodeBody, encodeMembers } from '../../src/fake-agent/encode-answer.js'
import { wireMember } from '../../src/fake-agent/wire-member.js'
import type { Member } from '../../src/records/member.js'

function membersOf(count: number): Member[] {
  const status = 'alive'
  return Array.from({ length: count }, (_, i) => ({
    name: `s${i}`,
    address: '10.0.0.1',
    port: i,
    status,
    tags: { role: 'web' },
  }))
}

t.test('members are encoded as the body that lists them', async t => {
  for (const count of [0, 1, 1000]) {
    const members = membersOf(count)
    t.same(decode(encodeMembers(members)), decode(encode({ Members: members.map(wireMember) })))
  }
})

t.test('a list is encoded once, and so is each of its members', async t => {
  const members = membersOf(3)
  const first = encodeBody({ members })
  t.equal(encodeBody({ members }), first)
  t.same(encodeBody({ members: [...members] }), first)
  t.same(encodeBody({ body: { Num: 1 } }), encode({ Num: 1 }))
})
