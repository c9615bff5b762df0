import type { Socket } from 'node:net'
import { frames, header, wireMember } from './wire-objects.js'

/** Yields an array of `count` equal objects, its head first. */
function* list(count: number, object: Uint8Array): Generator<Uint8Array> {
  const head = Buffer.from([0xdd, 0, 0, 0, 0])
  head.writeUInt32BE(count, 1)
  yield head
  const together = 1000
  const many = Buffer.concat(Array.from({ length: together }, () => object))
  for (let done = 0; done < count; done += together) yield many
}

/** Yields a reply with these members. */
function* membersReply(seq: number, members: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield frames(header(seq))
  yield Buffer.concat([Buffer.of(0x81), frames('Members')])
  yield* members
}

const member = frames(wireMember('s1'))
const manyTags = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`tag ${i}`, '']))

/** Answers to `members`, and the code or result with which the call ends. */
export const hostileReplies: Readonly<
  Record<string, { readonly ends: string; readonly reply: (seq: number) => Iterable<Uint8Array> }>
> = {
  'a million members': {
    ends: 'reply-too-large',
    reply: seq => membersReply(seq, list(1_000_000, member)),
  },
  'a text of 15 MiB that does not end': {
    ends: 'timeout',
    reply: function* (seq) {
      yield frames(header(seq))
      yield Uint8Array.of(0xdb, 0, 0xf0, 0, 0)
      yield Buffer.alloc(2 ** 20)
    },
  },
  'a text of a gigabyte': {
    ends: 'reply-too-large',
    reply: seq => [frames(header(seq)), Uint8Array.of(0xdb, 0x40, 0, 0, 0)],
  },
  'a member with 100,000 tags': {
    ends: '1 members',
    reply: seq => membersReply(seq, [frames([wireMember('s1', { Tags: manyTags })])]),
  },
  'a name of 15 MiB': {
    ends: '1 members',
    reply: seq => membersReply(seq, [frames([wireMember('x'.repeat(15 * 2 ** 20))])]),
  },
  'almost a million empty texts': {
    ends: 'protocol',
    reply: seq => membersReply(seq, list(999_000, Uint8Array.of(0xa0))),
  },
  'almost a million empty maps': {
    ends: 'protocol',
    reply: seq => membersReply(seq, list(999_000, Uint8Array.of(0x80))),
  },
  'maps in maps in maps': {
    ends: 'protocol',
    reply: seq => [frames(header(seq)), Buffer.alloc(100_000, 0x91)],
  },
  'headers that do not end': {
    ends: 'timeout',
    reply: function* () {
      const strangers = Buffer.concat(Array.from({ length: 500 }, () => frames(header(77), {})))
      for (;;) yield strangers
    },
  },
}

/** Sends bytes as fast as the client takes them, until it closes the connection. */
export async function sendTo(socket: Socket, bytes: Iterable<Uint8Array>): Promise<void> {
  for (const piece of bytes) {
    if (socket.destroyed) return
    if (!socket.write(piece))
      await new Promise<void>(resolve => void socket.once('drain', resolve).once('close', resolve))
    else await new Promise(resolve => setImmediate(resolve))
  }
}
