/** Size of the length field after an object's first byte, in bytes. */
const lengthBytes: Readonly<Record<number, number>> = {
  0xc4: 1,
  0xc5: 2,
  0xc6: 4,
  0xc7: 1,
  0xc8: 2,
  0xc9: 4,
  0xd9: 1,
  0xda: 2,
  0xdb: 4,
}

/** Number of bytes after the first byte of an object of fixed size. */
const fixedBytes: Readonly<Record<number, number>> = {
  0xc0: 0,
  0xc2: 0,
  0xc3: 0,
  0xca: 4,
  0xcb: 8,
  0xcc: 1,
  0xcd: 2,
  0xce: 4,
  0xcf: 8,
  0xd0: 1,
  0xd1: 2,
  0xd2: 4,
  0xd3: 8,
  0xd4: 2,
  0xd5: 3,
  0xd6: 5,
  0xd7: 9,
  0xd8: 17,
  0xdc: 2,
  0xdd: 4,
  0xde: 2,
  0xdf: 4,
}

/**
 * Returns the size in bytes of the object at `at`: the whole scalar, or only the
 * head of an array or a map. Returns undefined if more bytes are needed, and NaN
 * for the one byte that msgpack does not use.
 *
 * Source: the msgpack specification, "Formats".
 */
export function objectSize(bytes: Buffer, at: number, end: number): number | undefined {
  const first = bytes[at] ?? 0xc1
  // Small integers, fixmap and fixarray; and fixstr.
  if (first < 0xa0 || first >= 0xe0) return 1
  if (first < 0xc0) return 1 + (first & 0x1f)
  const fixed = fixedBytes[first]
  if (fixed !== undefined) return 1 + fixed
  const width = lengthBytes[first]
  if (width === undefined) return NaN
  if (at + 1 + width > end) return undefined
  const type = first >= 0xc7 && first <= 0xc9 ? 1 : 0
  return 1 + width + type + bytes.readUIntBE(at + 1, width)
}

/** Returns the number of objects in the array or map at `at`; 0 for any other object. */
export function childCount(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0xc1
  if (first < 0x80) return 0
  if (first < 0x90) return 2 * (first & 0x0f)
  if (first < 0xa0) return first & 0x0f
  if (first < 0xdc || first > 0xdf) return 0
  const count = bytes.readUIntBE(at + 1, first % 2 === 0 ? 2 : 4)
  return first < 0xde ? count : 2 * count
}
