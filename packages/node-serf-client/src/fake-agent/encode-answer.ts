import { encode } from '@msgpack/msgpack'
import type { Member } from '../records/member.js'
import type { Answer } from './fake-answers.js'
import { wireMember } from './wire-member.js'

const ofMembers = new WeakMap<Member, Uint8Array>()
const ofLists = new WeakMap<readonly Member[], Uint8Array>()

/** Encodes the body of an answer. Members and lists of members are encoded once. */
export function encodeBody({ body = {}, members }: Answer): Uint8Array {
  return members ? encodeMembers(members) : encode(body)
}

/** Encodes the body that lists these members, or returns it as it was encoded before. */
export function encodeMembers(members: readonly Member[]): Uint8Array {
  const known = ofLists.get(members)
  if (known) return known
  const bytes = Buffer.concat([listStart(members.length), ...members.map(encodeMember)])
  ofLists.set(members, bytes)
  return bytes
}

function encodeMember(member: Member): Uint8Array {
  const known = ofMembers.get(member)
  if (known) return known
  const bytes = encode(wireMember(member))
  ofMembers.set(member, bytes)
  return bytes
}

/** Encodes the map with the one key `Members`, up to the first element of its list. */
function listStart(length: number): Uint8Array {
  const count = Buffer.from([0xdd, 0, 0, 0, 0])
  count.writeUInt32BE(length, 1)
  return Buffer.concat([Buffer.from([0x81]), encode('Members'), count])
}
