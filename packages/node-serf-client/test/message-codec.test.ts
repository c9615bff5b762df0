import { isDeepStrictEqual } from 'node:util'
import { decodeMulti, ExtData } from '@msgpack/msgpack'
import t from 'tap'
import type { Command } from '../src/wire/command-table.js'
import { FrameScanner } from '../src/wire/frame-scanner.js'
import { decodeMessage, encodeRequest } from '../src/wire/message-codec.js'
import { textOf } from '../src/wire/wire-value.js'
import { frames, header, received, wireMember } from './scripted-agent.js'

const longText = 'ü'.repeat(300)

/** What an agent sends in one exchange, object by object. */
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
  const scanner = new FrameScanner(limit)
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

t.test('a message that is cut off is not handed out', async t => {
  const bytes = frames(header(1), { Members: [] })
  t.same(decodeChunks([bytes.subarray(0, -1)]), [received(header(1))])
})

t.test('a tag key __proto__ does not end the stream', async t => {
  const Tags: unknown = JSON.parse('{ "__proto__": "evil", "role": "web" }')
  const bytes = frames(header(1), { Members: [wireMember('s1', { Tags })] }, header(2))
  const renamed = wireMember('s1', { Tags: { '__proto__\0': 'evil', role: 'web' } })
  for (const chunks of [[bytes], bytewise(bytes)]) {
    t.same(decodeChunks(chunks), [header(1), { Members: [renamed] }, header(2)].map(received))
  }
})

t.test('every kind of msgpack object has its size', async t => {
  const objects = [
    [0, 127, -1, -32, 128, 256, 65_536, 2 ** 33, -129, -40_000, -(2 ** 33)],
    [null, true, false, 1.5],
    ['', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(256), 'x'.repeat(65_536)],
    [0, 1, 255, 256, 65_536].map(length => new Uint8Array(length)),
    [[], Array.from({ length: 15 }, () => 1), Array.from({ length: 16 }, () => 1)],
    [Array.from({ length: 65_536 }, () => 1), {}, { a: { b: [] } }],
    [new Date(0), new Date(1.5), new Date(2 ** 43), new ExtData(5, new Uint8Array(3))],
    [1, 2, 4, 8, 16, 300, 70_000].map(length => new ExtData(7, new Uint8Array(length))),
    [Object.fromEntries(Array.from({ length: 16 }, (_, i) => [i, i]))],
  ].flat()
  for (const object of objects) {
    const bytes = frames(object, 'next')
    const found = new FrameScanner(1 << 20).push(bytes)
    t.same(
      found.map(frame => frame.length),
      [frames(object).length, 5],
      `${bytes[0]?.toString(16)}`,
    )
  }
  t.same(decodeChunks([frames(1.5, 2 ** 33)]), [1.5, 2n ** 33n])
  // What the library never writes itself.
  for (const bytes of [
    'ca3f800000',
    'd080',
    'd18000',
    'd280000000',
    'de000101c0',
    'df0000000101c0',
  ]) {
    t.equal(new FrameScanner(100).push(Buffer.from(bytes, 'hex')).length, 1, bytes)
  }
})

t.test('a peer that announces gigabytes is refused before it has sent them', async t => {
  const wanted = { name: 'SerfError', code: 'protocol', message: /bytes or more, where 1048576/ }
  for (const kind of [0xdb, 0xc6, 0xc9, 0xdd, 0xdf]) {
    t.throws(() => decodeChunks([Uint8Array.of(kind, 0x7f, 0xff, 0xff, 0xff)]), wanted)
  }
})

t.test('a frame may be as large as the limit, and not a byte larger', async t => {
  const bytes = frames({ Members: ['x'.repeat(1000)] })
  t.equal(decodeChunks(bytewise(bytes), bytes.length).length, 1)
  t.throws(() => decodeChunks(bytewise(bytes), bytes.length - 1), { code: 'protocol' })
  const small = Buffer.concat(Array.from({ length: 100 }, () => frames(1)))
  t.equal(decodeChunks([small], 1).length, 100, 'the limit is for each frame')
})

function nested(depth: number): Buffer {
  return Buffer.concat([Buffer.alloc(depth, 0x91), frames(0)])
}

t.test('objects nested deeper than Serf ever does are refused', async t => {
  t.equal(decodeChunks([nested(16)]).length, 1)
  t.throws(() => decodeChunks([nested(17)]), { code: 'protocol', message: /deeper than 16/ })
})

t.test('the byte that msgpack never uses is refused', async t => {
  t.throws(() => decodeChunks([Uint8Array.of(0xc1)]), { code: 'protocol' })
})

t.test('a frame that was handed out is never written again', async t => {
  const scanner = new FrameScanner(1 << 20)
  const first = frames('first')
  scanner.push(first.subarray(0, 2))
  const [frame] = scanner.push(Buffer.concat([first.subarray(2), frames('second').subarray(0, 3)]))
  scanner.push(Buffer.alloc(3, 0x78))
  t.same(frame && textOf(decodeMessage(frame)), 'first')
})

t.test('a request is its header, and its body right behind it', async t => {
  const body = { Version: 1 }
  const handshake = '\x82\xa7Command\xa9handshake\xa3Seq\x00\x81\xa7Version\x01'
  t.same(Buffer.from(encodeRequest('handshake', 0, body)), Buffer.from(handshake, 'latin1'))
  t.same([...decodeMulti(encodeRequest('members', 70_000))], [{ Command: 'members', Seq: 70_000 }])
})

t.test('what a request leaves undefined is not sent', async t => {
  const bytes = encodeRequest('members-filtered', 1, { Name: 's.*', Status: undefined })
  const [, body] = decodeMulti(bytes)
  t.same(body, { Name: 's.*' })
})

t.test('a long time in nanoseconds travels as an integer', async t => {
  const bytes = encodeRequest('query', 1, { Name: 'q', Timeout: 60e9 })
  t.equal(Buffer.from(bytes).includes(Buffer.from([0xcf, 0, 0, 0, 13])), true, 'uint64')
})

t.test('a body that the agent could not decode is refused', async t => {
  const bodies: readonly (readonly [Command, Record<string, unknown>])[] = [
    ['query', { Name: 'q', Timeout: 1.5 }],
    ['query', { Name: 'q', Timeout: 2 ** 60 }],
    ['query', { Name: 'q', RelayFactor: 256 }],
    ['query', { Name: 'q', FilterNodes: 's1' }],
    ['query', { Name: 'q', FilterTags: { role: 1 } }],
    ['event', { Name: 'e', Payload: 'text' }],
    ['event', { Name: 7 }],
    ['event', { Name: 'e', Coalesce: 1 }],
    ['respond', { ID: -1 }],
    ['join', { Existing: [7] }],
    ['tags', { Tags: [] }],
  ]
  for (const [command, body] of bodies) {
    const wanted = { code: 'invalid-argument', command, message: /found .*, wanted/ }
    t.throws(
      () => encodeRequest(command, 1, body),
      wanted,
      `${command} ${Object.keys(body).join()}`,
    )
  }
})
