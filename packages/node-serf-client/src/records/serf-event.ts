import { decodeMembers, type Member } from './member.js'
import { SerfError } from '../serf-error.js'
import { malformed, textOf, expectMap, expectNumber, expectText } from '../wire/wire-value.js'

const memberEventTypes = [
  'member-join',
  'member-leave',
  'member-failed',
  'member-update',
  'member-reap',
] as const

/** Type of a membership event, in Serf's terms. */
export type MemberEventType = (typeof memberEventTypes)[number]

/** Filter for `stream`: `*` selects all events, `user:deploy` only the user event `deploy`. */
export type EventType =
  MemberEventType | 'user' | `user:${string}` | 'query' | `query:${string}` | '*'

/** Membership event with the members that changed, up to 3 s after the change. */
interface MemberEvent {
  /** Type of the change. */
  readonly event: MemberEventType
  /** Members with this change; Serf merges changes within a second or more. */
  readonly members: readonly Member[]
}

/** User event from any member of the cluster. */
interface UserEvent {
  readonly event: 'user'
  /** Name of the event: untrusted text. */
  readonly name: string
  /** Content of the event: untrusted bytes; empty without one. */
  readonly payload: Uint8Array
  /** Value of the cluster's logical clock when the event was sent. */
  readonly lamportTime: bigint
  /** True if Serf may merge it with other events of the same name. */
  readonly coalesce: boolean
}

/** Query that can be answered with `respond`. */
interface QueryEvent {
  readonly event: 'query'
  /** Id for `respond` on the same connection. */
  readonly id: number
  /** Name of the query: untrusted text. */
  readonly name: string
  /** Content of the query: untrusted bytes; empty without one. */
  readonly payload: Uint8Array
  /** Value of the cluster's logical clock when the query was sent. */
  readonly lamportTime: bigint
}

/** Event of a `stream`; `event` is its kind. */
export type SerfEvent = MemberEvent | UserEvent | QueryEvent

/** Events that a `stream` of these types delivers. */
export type EventOf<T extends EventType> = T extends '*'
  ? SerfEvent
  : T extends MemberEventType
    ? MemberEvent
    : T extends `user${string}`
      ? UserEvent
      : QueryEvent

/** Decodes a record of a `stream` of these types; the agent sends no others. */
export function decodeEventOf<T extends EventType>(wire: unknown): EventOf<T> {
  return decodeEvent(wire) as EventOf<T>
}

/** Decodes a record of the `stream` command. */
export function decodeEvent(wire: unknown): SerfEvent {
  const record = expectMap(wire, 'an event')
  const kind = textOf(record['Event'])
  const event = memberEventTypes.find(known => known === kind)
  if (event) return { event, members: decodeMembers(record) }
  if (kind !== 'user' && kind !== 'query') throw malformed('an event', wire)
  const facts = {
    name: expectText(record['Name'], 'Name'),
    payload: payloadOf(record['Payload']),
    lamportTime: lamportTimeOf(record['LTime']),
  }
  return kind === 'user'
    ? { event: kind, ...facts, coalesce: record['Coalesce'] === true }
    : { event: kind, ...facts, id: expectNumber(record['ID'], 'ID') }
}

/** Returns a payload; Go sends an empty one as nil. */
export function payloadOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array()
}

function lamportTimeOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (!Number.isInteger(value)) throw malformed('an integer in LTime', value)
  return BigInt(expectNumber(value, 'LTime'))
}

/** Returns the `Type` of a `stream` request. */
export function eventTypes(types: readonly EventType[]): string {
  const invalid = types.find(type => type.includes(','))
  if (invalid === undefined) return types.join(',')
  throw new SerfError(
    'invalid-argument',
    `Invalid event type: expected no comma, which separates types, got ${JSON.stringify(invalid)}`,
    { command: 'stream' },
  )
}
