import { decodeMulti } from '@msgpack/msgpack'
import t from 'tap'
import { FrameScanner } from '../../src/wire/frame-scanner.js'
import { decodeMessage, encodeRequest } from '../../src/wire/message-codec.js'
import { textOf } from '../../src/wire/wire-value.js'
import { frames, header, received, wireMember } from '../wire-objects.js'

function decodeChunks(chunks: readonly Uint8Array[], limit = 1 << 20): unknown[] {
  const scanner = new FrameScanner({ maxFrameBytes: limit, maxElements: 100_000 })
  return chunks.flatMap(chunk => scanner.push(chunk)).map(decodeMessage)
}

function bytewise(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, byte => Uint8Array.of(byte))
}

t.test('a tag key __proto__ does not make the stream unreadable', async t => {
  const Tags: unknown = JSON.parse('{ "__proto__": "evil", "role": "web" }')
  const bytes = frames(header(1), { Members: [wireMember('s1', { Tags })] }, header(2))
  const renamed = wireMember('s1', { Tags: { '__proto__\0': 'evil', role: 'web' } })
  for (const chunks of [[bytes], bytewise(bytes)]) {
    t.same(decodeChunks(chunks), [header(1), { Members: [renamed] }, header(2)].map(received))
  }
})

t.test('a request is its header, directly followed by its body', async t => {
  const body = { Version: 1 }
  const handshake = '\x82\xa7Command\xa9handshake\xa3Seq\x00\x81\xa7Version\x01'
  t.same(Buffer.from(encodeRequest('handshake', 0, body)), Buffer.from(handshake, 'latin1'))
  t.same([...decodeMulti(encodeRequest('members', 70_000))], [{ Command: 'members', Seq: 70_000 }])
})

t.test('a long time in nanoseconds is encoded as an integer', async t => {
  const bytes = encodeRequest('query', 1, { Name: 'q', Timeout: 60e9 })
  t.equal(Buffer.from(bytes).includes(Buffer.from([0xcf, 0, 0, 0, 13])), true, 'uint64')
})

t.test('texts and byte strings are decoded as bytes, and large integers as bigint', async t => {
  const message = decodeMessage(frames({ text: 'ü', bytes: Uint8Array.of(255), large: 2 ** 40 }))
  t.match(message, { text: Uint8Array.from(Buffer.from('ü')), bytes: Uint8Array.of(255) })
  t.match(message, { large: 2n ** 40n })
})

t.test('overlong UTF-8 is not decoded as the character that it stands for', async t => {
  const overlong = Buffer.from([0xa2, 0xc1, 0xb3])
  t.equal(textOf(decodeMessage(overlong)), '\ufffd\ufffd')
})

t.test('an invalid object is a protocol error', async t => {
  // A map with a list as its key, and an incomplete text.
  for (const hex of ['8190c0', 'a561']) {
    const failure = { name: 'SerfError', code: 'protocol', cause: Error }
    t.throws(() => decodeMessage(Buffer.from(hex, 'hex')), failure, hex)
  }
})
