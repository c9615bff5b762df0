import type { Member } from '../src/index.js'

/** Failed member with an IPv6 address and a tag. */
export const sampleMember: Member = {
  name: 's2',
  address: '2001:db8::7',
  port: 7946,
  status: 'failed',
  tags: { role: 'web' },
}
