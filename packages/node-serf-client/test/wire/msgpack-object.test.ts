import { ExtData } from '@msgpack/msgpack'
import t from 'tap'
import { FrameScanner } from '../../src/wire/frame-scanner.js'
import { decodeMessage } from '../../src/wire/message-codec.js'
import { childCount, objectSize } from '../../src/wire/msgpack-object.js'
import { frames } from '../wire-objects.js'

function decodeChunks(chunks: readonly Uint8Array[], limit = 1 << 20): unknown[] {
  const scanner = new FrameScanner({ maxFrameBytes: limit, maxElements: 100_000 })
  return chunks.flatMap(chunk => scanner.push(chunk)).map(decodeMessage)
}

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
    const found = new FrameScanner({ maxFrameBytes: 1 << 20, maxElements: 100_000 }).push(bytes)
    t.same(
      found.map(frame => frame.length),
      [frames(object).length, 5],
      `${bytes[0]?.toString(16)}`,
    )
  }
  t.same(decodeChunks([frames(1.5, 2 ** 33)]), [1.5, 2n ** 33n])
  // Forms that the library never writes.
  for (const bytes of [
    'ca3f800000',
    'd080',
    'd18000',
    'd280000000',
    'de000101c0',
    'df0000000101c0',
  ]) {
    t.equal(
      new FrameScanner({ maxFrameBytes: 100, maxElements: 100_000 }).push(Buffer.from(bytes, 'hex'))
        .length,
      1,
      bytes,
    )
  }
})

const cases: readonly (readonly [bytes: string, size: number, children: number])[] = [
  ['07', 1, 0],
  ['ff', 1, 0],
  ['c0', 1, 0],
  ['a3616263', 4, 0],
  ['80', 1, 0],
  ['82', 1, 4],
  ['93', 1, 3],
  ['cc80', 2, 0],
  ['cf0000000000000001', 9, 0],
  ['d90161', 3, 0],
  ['c50002ffff', 5, 0],
  ['c70305000000', 6, 0],
  ['dc0010', 3, 16],
  ['dd00010000', 5, 65_536],
  ['de0010', 3, 32],
  ['df00010000', 5, 131_072],
]

for (const [hex, size, children] of cases) {
  t.test(`${hex} is an object of ${size} bytes with ${children} children`, async t => {
    const bytes = Buffer.from(hex, 'hex')
    t.equal(objectSize(bytes, 0, bytes.length), size)
    t.equal(childCount(bytes, 0), children)
    const behind = Buffer.concat([Buffer.of(0xc0, 0xc0), bytes])
    t.equal(objectSize(behind, 2, behind.length), size, 'at another position')
  })
}

t.test('without its length field the size of an object is unknown', async t => {
  t.equal(objectSize(Buffer.from('da00', 'hex'), 0, 2), undefined)
  t.equal(objectSize(Buffer.from('c6000000', 'hex'), 0, 4), undefined)
})

t.test('the unused byte of msgpack has no size', async t => {
  t.ok(Number.isNaN(objectSize(Buffer.of(0xc1), 0, 1)))
  t.equal(childCount(Buffer.of(0xc1), 0), 0)
})
