import { checkExpressions } from './member-filter.js'
import { payloadOf } from './serf-event.js'
import { skippedRecord } from '../connection/record-queue.js'
import { SerfError } from '../serf-error.js'
import { describeValue, textOf, expectMap, expectText, malformed } from '../wire/wire-value.js'

/** Recipients, time limit and payload of a query. */
export interface QueryOptions {
  /** Names of the members that answer. @defaultValue all */
  readonly nodes?: readonly string[]
  /** Regular expressions for the tags of the members that answer. @defaultValue any tags */
  readonly tags?: Readonly<Record<string, string>>
  /** Requests an acknowledgement from each member that received the query. @defaultValue false */
  readonly ack?: boolean
  /** Number of members that relay each response, in case one is lost. @defaultValue 0 */
  readonly relayFactor?: number
  /** Time to collect answers, in milliseconds. @defaultValue the agent decides */
  readonly answerMs?: number
  /** Content of the query; a text is sent as UTF-8. @defaultValue empty */
  readonly payload?: Uint8Array | string
}

/** Acknowledgement or response of one member to a query. */
export interface QueryRecord {
  /** Kind of the record: the member received the query, or answers it. */
  readonly type: 'ack' | 'response'
  /** Name of the member: untrusted text. */
  readonly from: string
  /** Empty in an `ack`. */
  readonly payload: Uint8Array
}

/** Returns the body of a `query` request. */
export async function queryBody(
  name: string,
  { nodes, tags, ack, relayFactor, answerMs, payload }: QueryOptions,
): Promise<Record<string, unknown>> {
  await checkExpressions('query', tags)
  return {
    Name: name,
    FilterNodes: nodes,
    FilterTags: tags,
    RequestAck: ack,
    RelayFactor: relayFactor,
    Timeout: answerMs === undefined ? undefined : nanoseconds(answerMs),
    Payload: payload === undefined ? undefined : payloadBytes(payload),
  }
}

/**
 * Decodes a record of a query; returns undefined for the record that ends it.
 * Records without a sender are skipped: at the end of the answer time, a slow
 * agent reads from closed channels and sends empty records before its `done`.
 */
export function decodeQueryRecord(wire: unknown): QueryRecord | typeof skippedRecord | undefined {
  const record = expectMap(wire, 'a query record')
  const type = textOf(record['Type'])
  if (type === 'done') return undefined
  if (type !== 'ack' && type !== 'response') throw malformed('a query record', wire)
  const from = expectText(record['From'], 'From')
  return from === '' ? skippedRecord : { type, from, payload: payloadOf(record['Payload']) }
}

/** Converts a payload to bytes: texts become UTF-8. */
export function payloadBytes(payload: Uint8Array | string): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload
}

/** Converts to whole nanoseconds: the agent closes the connection on a fraction. */
function nanoseconds(milliseconds: number): number {
  const whole = Math.round(milliseconds * 1e6)
  if (milliseconds > 0 && Number.isSafeInteger(whole)) return whole
  throw new SerfError(
    'invalid-argument',
    `Invalid answerMs: expected milliseconds above 0, got ${describeValue(milliseconds)}`,
    { command: 'query' },
  )
}
