import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { FrameScanner } from '../../src/wire/frame-scanner.js'
import { decodeMessage } from '../../src/wire/message-codec.js'
import { textOf } from '../../src/wire/wire-value.js'
import { frames, header, received, wireMember } from '../wire-objects.js'

const longText = 'ü'.repeat(300)

/** Objects that an agent sends in one exchange. */
const exchanges: Readonly<Record<string, readonly unknown[]>> = {
  'a handshake': [header(0)],
  'a refusal': [header(1, 'Invalid authentication token')],
  'no members': [header(2), { Members: null }],
  'members of every kind': [
    header(2),
    {
      Members: [
        wireMember('s1'),
        wireMember('s2', { Addr: new Uint8Array(16).fill(0xfe), Port: 65_535, Status: 'left' }),
        wireMember('a\nname "with" \0 odd ütf-8 🦀', { Tags: { '': '', longText, ü: 'a\nb' } }),
        wireMember('no tags', { Tags: null, ProtocolMin: 1, DelegateCur: 5 }),
      ],
    },
  ],
  'more members than fit a short array': [
    header(300),
    { Members: Array.from({ length: 17 }, (_, i) => wireMember(`s${i}`, { Tags: {} })) },
  ],
  'a stream with its first record in the same packet': [
    header(70_000),
    header(70_000),
    { Event: 'member-join', Members: [wireMember('s1')] },
    header(70_000),
    { Event: 'user', LTime: 5_000_000_000, Name: 'deploy', Payload: Uint8Array.of(0, 255) },
  ],
  'a log': [header(4), header(4), { Log: '[INFO] serf: EventMemberJoin: s1' }],
}

function decodeChunks(chunks: readonly Uint8Array[], limit = 1 << 20): unknown[] {
  const scanner = new FrameScanner({ maxFrameBytes: limit, maxElements: 100_000 })
  return chunks.flatMap(chunk => scanner.push(chunk)).map(decodeMessage)
}

function bytewise(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, byte => Uint8Array.of(byte))
}

for (const [name, objects] of Object.entries(exchanges)) {
  const bytes = Uint8Array.from(frames(...objects))
  const messages = objects.map(received)

  t.test(`${name} reads the same whole and byte by byte`, async t => {
    t.same(decodeChunks([bytes]), messages)
    t.same(decodeChunks(bytewise(bytes)), messages)
  })

  t.test(`${name} reads the same however it is cut in two`, async t => {
    const failedOffsets: number[] = []
    for (let offset = 0; offset <= bytes.length; offset++) {
      const found = decodeChunks([bytes.subarray(0, offset), bytes.subarray(offset)])
      if (!isDeepStrictEqual(found, messages)) failedOffsets.push(offset)
    }
    t.same(failedOffsets, [])
  })
}

t.test('an incomplete message is not returned', async t => {
  const bytes = frames(header(1), { Members: [] })
  t.same(decodeChunks([bytes.subarray(0, -1)]), [received(header(1))])
})

t.test('a peer that announces gigabytes is rejected before it has sent them', async t => {
  const failure = {
    name: 'SerfError',
    code: 'reply-too-large',
    message: /expected a frame of at most 1048576 bytes, got \d+ bytes or more/,
  }
  for (const kind of [0xdb, 0xc6, 0xc9, 0xdd, 0xdf]) {
    t.throws(() => decodeChunks([Uint8Array.of(kind, 0x7f, 0xff, 0xff, 0xff)]), failure)
  }
})

t.test('a frame can have the size of the limit, but not one byte more', async t => {
  const bytes = frames({ Members: ['x'.repeat(1000)] })
  t.equal(decodeChunks(bytewise(bytes), bytes.length).length, 1)
  t.throws(() => decodeChunks(bytewise(bytes), bytes.length - 1), {
    code: 'reply-too-large',
  })
  const small = Buffer.concat(Array.from({ length: 100 }, () => frames(1)))
  t.equal(decodeChunks([small], 1).length, 100, 'the limit applies to each frame')
})

const scanner = () => new FrameScanner({ maxFrameBytes: 1 << 20, maxElements: 10 })

t.test('a frame has a limited number of values, also of announced ones', async t => {
  const failure = {
    code: 'reply-too-large',
    message: /expected a frame of at most 10 values, got \d+ or more;.*maxElements/,
  }
  t.equal(scanner().push(frames(Array.from({ length: 9 }, () => 0))).length, 1)
  t.throws(() => scanner().push(frames(Array.from({ length: 10 }, () => 0))), failure)
  t.throws(() => scanner().push(frames({ a: { b: 1, c: 2 }, d: { e: 3, f: 4 } })), failure)
  t.throws(() => scanner().push(Uint8Array.of(0xdc, 0, 10)), failure, 'before they are sent')
  const many = Buffer.concat(Array.from({ length: 100 }, () => frames([1, 2, 3])))
  t.equal(scanner().push(many).length, 100, 'the limit applies to each frame')
})

function nested(depth: number): Buffer {
  return Buffer.concat([Buffer.alloc(depth, 0x91), frames(0)])
}

t.test('objects nested deeper than 16 levels are rejected', async t => {
  t.equal(decodeChunks([nested(16)]).length, 1)
  t.throws(() => decodeChunks([nested(17)]), {
    code: 'protocol',
    message: /expected at most 16 levels of nesting, got more/,
  })
})

t.test('the byte that msgpack does not use is rejected', async t => {
  t.throws(() => decodeChunks([Uint8Array.of(0xc1)]), { code: 'protocol' })
})

t.test('the bytes of a returned frame are not overwritten', async t => {
  const scanner = new FrameScanner({ maxFrameBytes: 1 << 20, maxElements: 100_000 })
  const first = frames('first')
  scanner.push(first.subarray(0, 2))
  const [frame] = scanner.push(Buffer.concat([first.subarray(2), frames('second').subarray(0, 3)]))
  scanner.push(Buffer.alloc(3, 0x78))
  t.same(frame && textOf(decodeMessage(frame)), 'first')
})

t.test('a frame is open from its first byte to its last', async t => {
  const scanner = new FrameScanner({ maxFrameBytes: 100, maxElements: 100_000 })
  t.equal(scanner.isOpen, false)
  const bytes = frames('text')
  scanner.push(bytes.subarray(0, -1))
  t.equal(scanner.isOpen, true)
  t.equal(scanner.push(bytes.subarray(-1)).length, 1)
  t.equal(scanner.isOpen, false)
})
