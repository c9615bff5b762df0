import { encode } from '@msgpack/msgpack'
import { decodeMessage } from '../src/wire/message-codec.js'

/** Encodes objects, one after the other. */
export function frames(...objects: readonly unknown[]): Buffer {
  return Buffer.concat(objects.map(object => encode(object)))
}

/** Converts an object to its decoded form: texts become bytes. */
export function received(object: unknown): unknown {
  return decodeMessage(encode(object))
}

/** Returns the header of a reply or record. */
export function header(seq: number, error = ''): object {
  return { Seq: seq, Error: error }
}

/** Returns a member in the form that Serf sends. */
export function wireMember(name: string, facts: Readonly<Record<string, unknown>> = {}): object {
  const Addr = Uint8Array.of(127, 0, 0, 1)
  return { Name: name, Addr, Port: 7946, Tags: { role: 'web' }, Status: 'alive', ...facts }
}
