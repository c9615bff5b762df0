import { Connection, type CallOptions } from './connection.js'
import { decodeMember, isRecord, type Member, type MemberStatus } from './member.js'
import type { RecordQueue } from './record-queue.js'
import { SerfError } from './serf-error.js'
import { decodeMemberEvent, type MemberEvent, type MemberEventType } from './serf-event.js'

/** Where the agent is, and how to speak to it. */
export interface ConnectOptions {
  /** Host of the agent's RPC listener; `127.0.0.1` by default. */
  readonly host?: string
  /** Port of the agent's RPC listener; 7373 by default. */
  readonly port?: number
  /** The agent's `rpc_auth` key, where it has one. */
  readonly authKey?: string
  /** How long connecting, and each later call, may take; 5,000 ms by default. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Narrows `members` on the agent's side; texts are regular expressions that must match whole. */
export interface MemberFilter {
  readonly status?: MemberStatus
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** A stream of the agent that also says what its reader missed. */
export interface SerfStream<T> extends AsyncIterableIterator<T> {
  /** How many records were dropped because the reader was too slow. */
  readonly missed: number
}

/** How much the agent's log stream tells. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERR'

/** Version of the RPC protocol; an agent that speaks another refuses the handshake. */
const ipcVersion = 1

/**
 * Connects to an agent's RPC listener, shakes hands and authenticates.
 *
 * @throws SerfError `unreachable`, `timeout`, `authentication`, `refused`, `protocol`, `closed`
 * or `invalid-argument`.
 *
 * @example
 * ```ts
 * await using client = await connect({ host: '127.0.0.1', port: 7373 })
 * for (const member of await client.members()) console.log(member.name, member.status)
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<SerfClient> {
  const { host = '127.0.0.1', port = 7373, authKey, timeoutMs = 5000, signal } = options
  const limits = { timeoutMs, ...(signal && { signal }) }
  const connection = await Connection.open(host, port, limits)
  try {
    await connection.call('handshake', { Version: ipcVersion }, limits)
    if (authKey !== undefined) await connection.call('auth', { AuthKey: authKey }, limits)
    return new SerfClient(connection)
  } catch (error) {
    connection.close()
    throw error
  }
}

/** A connection to one Serf agent. Calls may overlap; the agent answers each by its number. */
export class SerfClient implements AsyncDisposable {
  readonly #connection: Connection

  /** Made by {@link connect}. */
  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * The members that the agent knows, those that left or failed included.
   *
   * @throws SerfError `invalid-argument` where a filter is no regular
   * expression: the agent would hang up without a word.
   */
  async members(filter?: MemberFilter, options?: CallOptions): Promise<Member[]> {
    const reply =
      filter === undefined
        ? await this.#connection.call('members', undefined, options)
        : await this.#connection.call('members-filtered', filterBody(filter), options)
    const members = isRecord(reply) ? reply['Members'] : undefined
    // Go sends an empty list as nil.
    if (members === null) return []
    if (!Array.isArray(members)) {
      throw new SerfError('protocol', 'The agent answered members without a list of Members')
    }
    return members.map(decodeMember)
  }

  /**
   * Membership events, 1 to 3 seconds after the change: the agent holds each
   * back to merge it with its neighbours.
   */
  async stream(
    types: readonly MemberEventType[],
    options?: CallOptions,
  ): Promise<SerfStream<MemberEvent>> {
    const records = await this.#connection.subscribe('stream', { Type: types.join(',') }, options)
    return decoded(records, decodeMemberEvent)
  }

  /**
   * The agent's log, line by line, within a millisecond or two of the fact.
   * It begins with the lines that the agent still has in its buffer. An
   * agent allows one monitor a connection.
   */
  async monitor(level: LogLevel, options?: CallOptions): Promise<SerfStream<string>> {
    const records = await this.#connection.subscribe('monitor', { LogLevel: level }, options)
    return decoded(records, decodeLogLine)
  }

  /** Ends the connection, and every call and stream on it. */
  close(): void {
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}

function decoded<T>(records: RecordQueue<unknown>, decode: (record: unknown) => T): SerfStream<T> {
  return {
    get missed() {
      return records.missed
    },
    async next() {
      const result = await records.next()
      if (result.done) return result
      try {
        return { value: decode(result.value), done: false }
      } catch (error) {
        // A loop that ends by an error of its source does not leave it.
        await records.return()
        throw error
      }
    },
    async return() {
      await records.return()
      return { value: undefined, done: true }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function decodeLogLine(record: unknown): string {
  if (isRecord(record) && typeof record['Log'] === 'string') return record['Log']
  throw new SerfError('protocol', 'The agent sent a monitor record without a Log line')
}

function filterBody(filter: MemberFilter): object {
  const { status, name, tags } = filter
  if (name !== undefined) checkExpression('name', name)
  for (const [tag, expression] of Object.entries(tags ?? {})) {
    checkExpression(`tag ${tag}`, expression)
  }
  return { Status: status, Name: name, Tags: tags }
}

/** Valid in JavaScript, but not in Go's RE2, which is what the agent compiles. */
const beyondRe2 = /\(\?[<=!]|\\[1-9ceghijklmoquyCGHIJKLMNORTUVXYZ]/

function checkExpression(where: string, expression: string): void {
  const found = `found ${JSON.stringify(expression)}`
  const command = 'members-filtered'
  try {
    RegExp(expression)
  } catch (cause) {
    const message = `The filter for ${where} is no regular expression: ${found}`
    throw new SerfError('invalid-argument', message, { command, cause })
  }
  // Without its escaped backslashes, each backslash left is an escape's first.
  if (beyondRe2.test(expression.replaceAll('\\\\', ''))) {
    const message = `The filter for ${where} is no expression that Serf can compile: ${found}, wanted RE2 without lookaround, back-references and named groups`
    throw new SerfError('invalid-argument', message, { command })
  }
}
