import { Decoder, Encoder, type DecoderOptions } from '@msgpack/msgpack'
import type { Command } from './command-table.js'
import { requestBody } from './request-body.js'
import { unreadable } from '../serf-error.js'

const encoder = new Encoder()

/**
 * Encodes one request: the header map and, if the command has one, the body
 * map. The caller sends both in a single write: after a header alone the agent
 * waits for the body.
 *
 * @throws SerfError `invalid-argument` for a body that the agent cannot decode.
 */
export function encodeRequest(
  command: Command,
  seq: number,
  body?: Readonly<Record<string, unknown>>,
): Uint8Array {
  const fields = requestBody(command, body)
  const header = encoder.encode({ Command: command, Seq: seq })
  return fields === undefined ? header : Buffer.concat([header, encoder.encode(fields)])
}

/**
 * Decoder of map keys. Tag keys come from gossip, and the msgpack library
 * rejects a map with a key `__proto__`. A single member must not make a whole
 * reply unreadable, so a NUL is appended to this key: it is then harmless, and
 * still recognisable.
 */
const keyDecoder: NonNullable<DecoderOptions['keyDecoder']> = {
  canBeCached: () => true,
  decode: (bytes, offset, length) => {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('utf8')
    return key === '__proto__' ? '__proto__\0' : key
  },
}

const decoder = new Decoder({
  keyDecoder,
  // The library accepts overlong UTF-8; `textOf` does not.
  rawStrings: true,
  // A Lamport time can use all 64 bits.
  useBigInt64: true,
})

/**
 * Decodes one whole msgpack object. Texts and byte strings both become bytes,
 * for `textOf` to read; integers of more than 32 bits become bigint.
 *
 * @throws SerfError `protocol` for an invalid object, such as a map with keys
 * that are not texts.
 */
export function decodeMessage(frame: Uint8Array): unknown {
  try {
    return decoder.decode(frame)
  } catch (error) {
    throw unreadable(error)
  }
}
