import { checkExpressions } from './member-filter.js'
import { payloadOf } from './serf-event.js'
import { noRecord } from '../connection/record-queue.js'
import { SerfError } from '../serf-error.js'
import { shown, textOf, wantMap, wantText, malformed } from '../wire/wire-value.js'

/** Who is asked, for how long, and what comes with the question. */
export interface QueryOptions {
  /** Only these members answer; all by default. */
  readonly nodes?: readonly string[]
  /** Only members whose tags match these regular expressions answer. */
  readonly tags?: Readonly<Record<string, string>>
  /** Whether each member that got the query says so at once. */
  readonly ack?: boolean
  /** How many other members relay each response, against loss; 0 by default. */
  readonly relayFactor?: number
  /** How long answers are gathered, in milliseconds; the agent decides by default. */
  readonly answerMs?: number
  readonly payload?: Uint8Array | string
}

/** A member got the query, or answered it. */
export interface QueryRecord {
  readonly type: 'ack' | 'response'
  /** The member's name: hostile text. */
  readonly from: string
  /** Empty in an `ack`. */
  readonly payload: Uint8Array
}

/** The body of a `query` request. */
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
 * A record of a query; undefined for the one that ends it. A record of nobody
 * is none: when the time for answers is over, an agent that is late with its
 * `done` reads from channels that it has closed, and sends what comes of it.
 */
export function decodeQueryRecord(wire: unknown): QueryRecord | typeof noRecord | undefined {
  const record = wantMap(wire, 'a query record')
  const type = textOf(record['Type'])
  if (type === 'done') return undefined
  if (type !== 'ack' && type !== 'response') throw malformed('a query record', wire)
  const from = wantText(record['From'], 'From')
  return from === '' ? noRecord : { type, from, payload: payloadOf(record['Payload']) }
}

/** A payload as bytes: texts go out as UTF-8. */
export function payloadBytes(payload: Uint8Array | string): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload
}

/** Whole nanoseconds: the agent hangs up on a fraction. */
function nanoseconds(milliseconds: number): number {
  const whole = Math.round(milliseconds * 1e6)
  if (milliseconds > 0 && Number.isSafeInteger(whole)) return whole
  throw new SerfError(
    'invalid-argument',
    `Answers cannot be gathered so long: found ${shown(milliseconds)}, wanted milliseconds above 0`,
    { command: 'query' },
  )
}
