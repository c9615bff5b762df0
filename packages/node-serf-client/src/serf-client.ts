import { decodeStats, type AgentStats } from './records/agent-stats.js'
import type { CallOptions, StreamOptions } from './call-options.js'
import type { Command } from './wire/command-table.js'
import type { Connection } from './connection/connection.js'
import { decodeCoordinate, type Coordinate } from './records/coordinate.js'
import { decodeKeyReply, type KeyReply } from './records/key-reply.js'
import { decodeMembers, type Member } from './records/member.js'
import { filterBody, type MemberFilter } from './records/member-filter.js'
import {
  decodeQueryRecord,
  payloadBytes,
  queryBody,
  type QueryOptions,
  type QueryRecord,
} from './records/query.js'
import { decodeEventOf, eventTypes, type EventOf, type EventType } from './records/serf-event.js'
import type { LogLevel, SerfStream } from './connection/serf-stream.js'
import { wantMap, wantNumber, wantText } from './wire/wire-value.js'

/**
 * A connection to one Serf agent. Calls may overlap; the agent answers each by
 * its number. Every method rejects with a SerfError, or with the reason of
 * the signal that ended it.
 */
export class SerfClient implements AsyncDisposable {
  readonly #connection: Connection
  /** This side of the connection, `HOST:PORT`, as the agent's log names it. */
  readonly localAddress: string

  /** Made by {@link connect}. */
  constructor(connection: Connection, localAddress: string) {
    this.#connection = connection
    this.localAddress = localAddress
  }

  /**
   * The members that the agent knows, those that left or failed included.
   *
   * @throws SerfError `invalid-argument` where a filter is no expression of RE2.
   */
  async members(filter?: MemberFilter, options?: CallOptions): Promise<Member[]> {
    const request =
      filter === undefined
        ? ({ command: 'members' } as const)
        : ({ command: 'members-filtered', body: await filterBody(filter) } as const)
    return this.#connection.call(request, decodeMembers, options)
  }

  /** What the agent tells of itself. */
  async stats(options?: CallOptions): Promise<AgentStats> {
    return this.#call('stats', undefined, options, decodeStats)
  }

  /**
   * Joins the clusters of these agents; resolves with how many were reached.
   * It waits for them: a host that is silent takes some 10 s. Where not one
   * was reached the agent refuses.
   *
   * @param addresses - `HOST` or `HOST:PORT` of their gossip listeners
   * @param options - `replay`: whether to deliver user events from before the join
   */
  async join(
    addresses: readonly string[],
    { replay, ...options }: CallOptions & { readonly replay?: boolean } = {},
  ): Promise<number> {
    return this.#call('join', { Existing: addresses, Replay: replay }, options, decodeJoined)
  }

  /** Makes the agent leave its cluster in order, and end. It takes a second or more. */
  async leave(options?: CallOptions): Promise<void> {
    return this.#call('leave', undefined, options)
  }

  /** Turns a failed member into one that left; `prune` forgets it. An unknown name is no error. */
  async forceLeave(
    name: string,
    { prune, ...options }: CallOptions & { readonly prune?: boolean } = {},
  ): Promise<void> {
    return this.#call('force-leave', { Node: name, Prune: prune }, options)
  }

  /** Sets and deletes tags of the agent's own member; the others stay. */
  async tags(
    change: {
      readonly set?: Readonly<Record<string, string>>
      readonly delete?: readonly string[]
    },
    options?: CallOptions,
  ): Promise<void> {
    return this.#call('tags', { Tags: change.set ?? {}, DeleteTags: change.delete ?? [] }, options)
  }

  /** Sends a user event to the cluster; `coalesce` lets Serf merge it with others of its name. */
  async event(
    name: string,
    payload: Uint8Array | string = '',
    { coalesce = false, ...options }: CallOptions & { readonly coalesce?: boolean } = {},
  ): Promise<void> {
    const body = { Name: name, Payload: payloadBytes(payload), Coalesce: coalesce }
    return this.#call('event', body, options)
  }

  /** Asks the cluster; the stream ends by itself when the time for answers is over. */
  async query(
    name: string,
    { signal, timeoutMs, maxQueued, ...query }: QueryOptions & StreamOptions = {},
  ): Promise<SerfStream<QueryRecord>> {
    const options = {
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(maxQueued !== undefined && { maxQueued }),
    }
    const body = await queryBody(name, query)
    return this.#connection.subscribe({ command: 'query', body }, decodeQueryRecord, options)
  }

  /** Answers a query that a `stream` of this connection delivered, by its `id`. */
  async respond(id: number, payload: Uint8Array | string, options?: CallOptions): Promise<void> {
    return this.#call('respond', { ID: id, Payload: payloadBytes(payload) }, options)
  }

  /**
   * Events and queries. Membership events come 1 to 3 seconds after the
   * change: the agent holds each back to merge it with its neighbours.
   */
  async stream<T extends EventType>(
    types: readonly T[],
    options?: StreamOptions,
  ): Promise<SerfStream<EventOf<T>>> {
    const body = { Type: eventTypes(types) }
    return this.#connection.subscribe({ command: 'stream', body }, decodeEventOf<T>, options)
  }

  /**
   * The agent's log, line by line, within a millisecond or two of the fact.
   * It begins with the lines that the agent still has in its buffer. An
   * agent allows one monitor a connection.
   */
  async monitor(level: LogLevel, options?: StreamOptions): Promise<SerfStream<string>> {
    const body = { LogLevel: level }
    return this.#connection.subscribe({ command: 'monitor', body }, decodeLine, options)
  }

  /** Gives every member a further gossip key (base64). */
  async installKey(key: string, options?: CallOptions): Promise<KeyReply> {
    return this.#call('install-key', { Key: key }, options, decodeKeyReply)
  }

  /** Makes every member encrypt with a key that all of them have. */
  async useKey(key: string, options?: CallOptions): Promise<KeyReply> {
    return this.#call('use-key', { Key: key }, options, decodeKeyReply)
  }

  /** Takes a key that is not in use away from every member. */
  async removeKey(key: string, options?: CallOptions): Promise<KeyReply> {
    return this.#call('remove-key', { Key: key }, options, decodeKeyReply)
  }

  /** The keys that the members hold. */
  async listKeys(options?: CallOptions): Promise<KeyReply> {
    return this.#call('list-keys', undefined, options, decodeKeyReply)
  }

  /** The network coordinate of a member; undefined where the agent has none. */
  async coordinate(name: string, options?: CallOptions): Promise<Coordinate | undefined> {
    return this.#call('get-coordinate', { Node: name }, options, decodeCoordinate)
  }

  /** Ends the connection, and every call and stream on it. */
  close(): void {
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #call(command: Command, body: Body, options?: CallOptions): Promise<void>
  #call<T>(
    command: Command,
    body: Body,
    options: CallOptions | undefined,
    decode: (reply: unknown) => T,
  ): Promise<T>
  #call(
    command: Command,
    body: Body,
    options?: CallOptions,
    decode: (reply: unknown) => unknown = () => {},
  ): Promise<unknown> {
    return this.#connection.call({ command, ...(body && { body }) }, decode, options)
  }
}

type Body = Readonly<Record<string, unknown>> | undefined

const decodeJoined = (reply: unknown) => wantNumber(wantMap(reply, 'the reply')['Num'], 'Num')
const decodeLine = (record: unknown) => wantText(wantMap(record, 'a log record')['Log'], 'Log')
