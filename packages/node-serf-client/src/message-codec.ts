import { Encoder, decodeMultiStream, type DecoderOptions } from '@msgpack/msgpack'
import type { Command } from './command-table.js'

const encoder = new Encoder({ ignoreUndefined: true })

/**
 * One request as bytes: the header map and, where the command has one, the
 * body map behind it. Both go out in a single write: an agent that is sent a
 * header alone waits for the body.
 */
export function encodeRequest(command: Command, seq: number, body?: object): Uint8Array {
  const header = encoder.encode({ Command: command, Seq: seq })
  if (body === undefined) return header
  return Buffer.concat([header, encoder.encode(body)])
}

/**
 * Tag keys come from gossip, and the msgpack library ends the whole stream at
 * a key `__proto__`. One member must not be able to blind its peers, so that
 * key is read as `__proto__` with a NUL behind it: harmless, and still
 * visible for what it is.
 */
const keyDecoder: NonNullable<DecoderOptions['keyDecoder']> = {
  canBeCached: () => true,
  decode: (bytes, offset, length) => {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('utf8')
    return key === '__proto__' ? '__proto__\0' : key
  },
}

const decoderOptions: DecoderOptions = {
  keyDecoder,
  // A reply of 10,000 members is some 2 MB; these bounds are far above it, and
  // stop a peer that is no Serf agent from making us reserve gigabytes.
  maxStrLength: 1 << 20,
  maxBinLength: 1 << 20,
  maxArrayLength: 1 << 20,
  maxMapLength: 1 << 16,
  maxExtLength: 1 << 10,
}

/** The msgpack objects in a stream of bytes, however the bytes are split. */
export function decodeMessages(chunks: AsyncIterable<Uint8Array>): AsyncIterable<unknown> {
  return decodeMultiStream(chunks, decoderOptions)
}
