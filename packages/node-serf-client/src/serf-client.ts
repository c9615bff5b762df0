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
import type { TagChange } from './records/tag-change.js'
import { expectMap, expectNumber, expectText } from './wire/wire-value.js'

/**
 * Connection to one Serf agent. Calls may overlap: each reply carries the number
 * of its call. Every method rejects with a SerfError, or with the reason of the
 * signal that aborted it.
 */
export class SerfClient implements AsyncDisposable {
  readonly #connection: Connection
  /** Local address of the connection, `HOST:PORT`, as in the agent's log. */
  readonly localAddress: string

  /** Called by {@link connect}. */
  constructor(connection: Connection, localAddress: string) {
    this.#connection = connection
    this.localAddress = localAddress
  }

  /**
   * Returns the members that the agent knows, including members that left or failed.
   *
   * @throws SerfError `invalid-argument` if a filter is not a valid RE2 expression.
   */
  async members(filter?: MemberFilter, options?: CallOptions): Promise<Member[]> {
    const request =
      filter === undefined
        ? ({ command: 'members' } as const)
        : ({ command: 'members-filtered', body: await filterBody(filter) } as const)
    return this.#connection.call(request, decodeMembers, options)
  }

  /** Returns the agent's counters and settings. */
  async stats(options?: CallOptions): Promise<AgentStats> {
    return this.#call('stats', undefined, options, decodeStats)
  }

  /**
   * Joins the clusters of these agents and returns the number of agents reached.
   * A silent host takes about 10 s. If no agent was reached, the call is refused.
   *
   * @param addresses - `HOST` or `HOST:PORT` of their gossip listeners
   * @param options - `replay: true` also delivers user events from before the join
   */
  async join(
    addresses: readonly string[],
    { replay, ...options }: CallOptions & { readonly replay?: boolean } = {},
  ): Promise<number> {
    return this.#call('join', { Existing: addresses, Replay: replay }, options, decodeJoined)
  }

  /** Makes the agent leave its cluster gracefully and exit. This takes a second or more. */
  async leave(options?: CallOptions): Promise<void> {
    return this.#call('leave', undefined, options)
  }

  /** Marks a failed member as left; `prune` removes it, or one that had left. An unknown name is no error. */
  async forceLeave(
    name: string,
    { prune, ...options }: CallOptions & { readonly prune?: boolean } = {},
  ): Promise<void> {
    return this.#call('force-leave', { Node: name, Prune: prune }, options)
  }

  /** Sets and deletes tags of the agent's own member; other tags are kept. */
  async tags(change: TagChange, options?: CallOptions): Promise<void> {
    return this.#call('tags', { Tags: change.set ?? {}, DeleteTags: change.delete ?? [] }, options)
  }

  /** Sends a user event to the cluster; `coalesce` lets Serf merge events of the same name. */
  async event(
    name: string,
    payload: Uint8Array | string = '',
    { coalesce = false, ...options }: CallOptions & { readonly coalesce?: boolean } = {},
  ): Promise<void> {
    const body = { Name: name, Payload: payloadBytes(payload), Coalesce: coalesce }
    return this.#call('event', body, options)
  }

  /**
   * Sends a query to the cluster. The stream of answers ends after the answer time.
   *
   * @throws SerfError `invalid-argument` if an expression for a tag is not valid RE2.
   */
  async query(
    name: string,
    { signal, timeoutMs, maxQueued, maxQueuedBytes, ...query }: QueryOptions & StreamOptions = {},
  ): Promise<SerfStream<QueryRecord>> {
    const options = {
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(maxQueued !== undefined && { maxQueued }),
      ...(maxQueuedBytes !== undefined && { maxQueuedBytes }),
    }
    const body = await queryBody(name, query)
    return this.#connection.subscribe({ command: 'query', body }, decodeQueryRecord, options)
  }

  /** Answers a query from a `stream` of this connection, by its `id`. */
  async respond(id: number, payload: Uint8Array | string, options?: CallOptions): Promise<void> {
    return this.#call('respond', { ID: id, Payload: payloadBytes(payload) }, options)
  }

  /**
   * Streams events and queries. Membership events come 1 to 3 seconds after the
   * change, because the agent delays them to merge related events.
   *
   * @throws SerfError `invalid-argument` for a type with a comma, which separates types.
   */
  async stream<T extends EventType>(
    types: readonly T[],
    options?: StreamOptions,
  ): Promise<SerfStream<EventOf<T>>> {
    const body = { Type: eventTypes(types) }
    return this.#connection.subscribe({ command: 'stream', body }, decodeEventOf<T>, options)
  }

  /**
   * Streams the agent's log, line by line, 1 to 2 ms after the agent writes it.
   * The stream starts with the lines in the agent's buffer. The agent allows one
   * monitor for each connection.
   */
  async monitor(level: LogLevel, options?: StreamOptions): Promise<SerfStream<string>> {
    const body = { LogLevel: level }
    return this.#connection.subscribe({ command: 'monitor', body }, decodeLine, options)
  }

  /** Adds a gossip key (base64) to every member. */
  async installKey(key: string, options?: CallOptions): Promise<KeyReply> {
    return this.#call('install-key', { Key: key }, options, decodeKeyReply)
  }

  /** Makes every member encrypt with a key that is already installed. */
  async useKey(key: string, options?: CallOptions): Promise<KeyReply> {
    return this.#call('use-key', { Key: key }, options, decodeKeyReply)
  }

  /** Removes a key that is not in use from every member. */
  async removeKey(key: string, options?: CallOptions): Promise<KeyReply> {
    return this.#call('remove-key', { Key: key }, options, decodeKeyReply)
  }

  /** Returns the keys of all members. */
  async listKeys(options?: CallOptions): Promise<KeyReply> {
    return this.#call('list-keys', undefined, options, decodeKeyReply)
  }

  /** Returns the network coordinate of a member; undefined for an unknown member. */
  async coordinate(name: string, options?: CallOptions): Promise<Coordinate | undefined> {
    return this.#call('get-coordinate', { Node: name }, options, decodeCoordinate)
  }

  /** Closes the connection, with every call and stream on it. */
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

const decodeJoined = (reply: unknown) => expectNumber(expectMap(reply, 'the reply')['Num'], 'Num')
const decodeLine = (record: unknown) => expectText(expectMap(record, 'a log record')['Log'], 'Log')
