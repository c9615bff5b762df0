import { Duplex } from 'node:stream'
import { encode } from '@msgpack/msgpack'
import { RequestReader } from '../src/fake-agent/request-reader.js'
import { wireMember } from '../src/fake-agent/wire-member.js'
import type { Member } from '../src/index.js'

const status = 'alive'

/** Returns the members of a cluster of web servers, with three tags each. */
export function clusterOf(count: number): Member[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `web-${String(i).padStart(5, '0')}`,
    address: `10.0.${i >> 8}.${i & 255}`,
    port: 7946,
    status,
    tags: { role: 'web', port: '8080', zone: `eu-${i % 3}` },
  }))
}

/** Encodes a `members` reply, or the reply to a handshake. */
export function replyBytes(seq: number, members?: readonly Member[]): Buffer {
  const parts: object[] = [{ Error: '', Seq: seq }]
  if (members) parts.push({ Members: members.map(wireMember) })
  return Buffer.concat(parts.map(part => encode(part)))
}

/** Splits bytes into packets of Ethernet size. */
export function packets(bytes: Buffer, size = 1400): Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

/** Returns a reply to `members` with an encoded body. */
export type Reply = (seq: number) => Buffer

/** Encodes these members once; each reply has a new header only. */
export function replyOf(members: readonly Member[]): Reply {
  const body = replyBytes(0, members).subarray(replyBytes(0).length)
  return seq => Buffer.concat([replyBytes(seq), body])
}

/** Returns the agent's side of a connection in this process; it answers packet by packet. */
export function agentBytes(reply: Reply): Duplex {
  const requests = new RequestReader()
  const bytes = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      done()
      for (const { command, seq } of requests.push(chunk)) {
        const whole = command === 'members' ? reply(seq) : replyBytes(seq)
        setImmediate(() => packets(whole).forEach(packet => bytes.push(packet)))
      }
    },
  })
  return bytes
}
