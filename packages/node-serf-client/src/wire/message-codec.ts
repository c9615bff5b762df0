import { Decoder, Encoder, type DecoderOptions } from '@msgpack/msgpack'
import type { Command } from './command-table.js'
import { requestBody } from './request-body.js'
import { unreadable } from '../serf-error.js'

const encoder = new Encoder()

/**
 * One request as bytes: the header map and, where the command has one, the
 * body map behind it. Both go out in a single write: an agent that is sent a
 * header alone waits for the body.
 *
 * @throws SerfError `invalid-argument` for a body that the agent could not decode.
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
 * Tag keys come from gossip, and the msgpack library refuses a map with a key
 * `__proto__`. One member must not be able to blind its peers, so that key is
 * read as `__proto__` with a NUL behind it: harmless, and still visible for
 * what it is.
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
  // The library reads overlong UTF-8 as what it stands for; `textOf` does not.
  rawStrings: true,
  // A Lamport time may take all 64 bits.
  useBigInt64: true,
})

/**
 * One whole msgpack object. Texts and byte strings alike come as bytes, for
 * `textOf` to read; integers beyond 32 bits come as bigint.
 *
 * @throws SerfError `protocol` for a map whose keys are no texts, and the like.
 */
export function decodeMessage(frame: Uint8Array): unknown {
  try {
    return decoder.decode(frame)
  } catch (error) {
    throw unreadable(error)
  }
}
