import { decodeMembers, type Member } from './member.js'
import { SerfError } from '../serf-error.js'
import { malformed, textOf, wantMap, wantNumber, wantText } from '../wire/wire-value.js'

const memberEventTypes = [
  'member-join',
  'member-leave',
  'member-failed',
  'member-update',
  'member-reap',
] as const

/** The membership events, in Serf's own words. */
export type MemberEventType = (typeof memberEventTypes)[number]

/** What `stream` can be asked for: `*` is everything, `user:deploy` one user event only. */
export type EventType =
  MemberEventType | 'user' | `user:${string}` | 'query' | `query:${string}` | '*'

/** A membership event: it names the members that changed, up to 3 s after they did. */
export interface MemberEvent {
  readonly event: MemberEventType
  readonly members: readonly Member[]
}

/** A user event, as somebody in the cluster sent it. */
export interface UserEvent {
  readonly event: 'user'
  readonly name: string
  readonly payload: Uint8Array
  /** The cluster's logical clock when the event was sent. */
  readonly lamportTime: bigint
  /** Whether Serf may merge it with others of its name. */
  readonly coalesce: boolean
}

/** A query that waits for an answer: see `respond`. */
export interface QueryEvent {
  readonly event: 'query'
  /** What `respond` wants, on this connection. */
  readonly id: number
  readonly name: string
  readonly payload: Uint8Array
  /** The cluster's logical clock when the query was sent. */
  readonly lamportTime: bigint
}

/** Whatever a `stream` delivers; `event` tells which. */
export type SerfEvent = MemberEvent | UserEvent | QueryEvent

/** The events that a `stream` of these types delivers. */
export type EventOf<T extends EventType> = T extends '*'
  ? SerfEvent
  : T extends MemberEventType
    ? MemberEvent
    : T extends `user${string}`
      ? UserEvent
      : QueryEvent

/** A record of a `stream` of these types; the agent sends no others. */
export function decodeEventOf<T extends EventType>(wire: unknown): EventOf<T> {
  return decodeEvent(wire) as EventOf<T>
}

/** A record of the `stream` command, turned into a {@link SerfEvent}. */
export function decodeEvent(wire: unknown): SerfEvent {
  const record = wantMap(wire, 'an event')
  const word = textOf(record['Event'])
  const event = memberEventTypes.find(known => known === word)
  if (event) return { event, members: decodeMembers(record) }
  if (word !== 'user' && word !== 'query') throw malformed('an event', wire)
  const facts = {
    name: wantText(record['Name'], 'Name'),
    payload: payloadOf(record['Payload']),
    lamportTime: lamportTimeOf(record['LTime']),
  }
  return word === 'user'
    ? { event: word, ...facts, coalesce: record['Coalesce'] === true }
    : { event: word, ...facts, id: wantNumber(record['ID'], 'ID') }
}

/** A payload; Go sends none as nil. */
export function payloadOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array()
}

function lamportTimeOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (!Number.isInteger(value)) throw malformed('an integer in LTime', value)
  return BigInt(wantNumber(value, 'LTime'))
}

/** The `Type` of a `stream` request. */
export function eventTypes(types: readonly EventType[]): string {
  const split = types.find(type => type.includes(','))
  if (split === undefined) return types.join(',')
  throw new SerfError(
    'invalid-argument',
    `The agent separates event types by commas: found ${JSON.stringify(split)}, wanted none in it`,
    { command: 'stream' },
  )
}
