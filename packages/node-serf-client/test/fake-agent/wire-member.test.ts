import t from 'tap'
import { wireMember } from '../../src/fake-agent/wire-member.js'
import { decodeMember, type Member } from '../../src/records/member.js'
import { received } from '../wire-objects.js'

const member: Member = {
  name: 's1',
  address: '10.0.0.1',
  port: 7946,
  status: 'leaving',
  tags: { role: 'web', 'a\n"b"': 'ü' },
}

const addresses = ['10.0.0.255', '::', '::1', '2001:db8::7', 'fe80:1:2:3:4:5:6:7', '1::', '']

for (const address of addresses) {
  t.test(`a member with the address "${address}" is decoded unchanged`, async t => {
    const expected = { ...member, address }
    t.same(decodeMember(received(wireMember(expected))), expected)
  })
}

t.test('a member has the protocol versions that Serf sends', async t => {
  t.match(wireMember(member), { ProtocolMin: 1, ProtocolMax: 5, ProtocolCur: 2, DelegateCur: 4 })
})
