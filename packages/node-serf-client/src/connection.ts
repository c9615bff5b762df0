import type { Socket } from 'node:net'
import { commandTable, type Command } from './command-table.js'
import { isRecord } from './member.js'
import { decodeMessages, encodeRequest } from './message-codec.js'
import { openSocket } from './open-socket.js'
import { RecordQueue } from './record-queue.js'
import { asSerfError, refusal, SerfError } from './serf-error.js'

/** What every call takes: how long it may last, in milliseconds, and a signal that ends it. */
export interface CallOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

interface WaitingCall {
  readonly command: Command
  settle(error: SerfError | undefined, body: unknown): void
}

/** How many records of one stream are kept for a reader that lags. */
const streamLimit = 4096

/**
 * One TCP connection to an agent: it pairs replies with calls by their `Seq`
 * and hands the records of a stream to whoever subscribed.
 */
export class Connection implements AsyncDisposable {
  readonly #socket: Socket
  readonly #timeoutMs: number
  #seq = 0
  readonly #calls = new Map<number, WaitingCall>()
  readonly #streams = new Map<number, RecordQueue<unknown>>()
  #failure: SerfError | undefined

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket
    this.#timeoutMs = timeoutMs
    void this.#read()
  }

  /** Opens the TCP connection, as {@link openSocket} does. */
  static async open(
    host: string,
    port: number,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<Connection> {
    return new Connection(await openSocket(host, port, options), options.timeoutMs)
  }

  /** Sends one command and resolves with the body of its reply, if it has one. */
  call(command: Command, body?: object, options: CallOptions = {}): Promise<unknown> {
    return this.#request(command, body, options, () => {})
  }

  /**
   * Sends a command that opens a stream, and returns its records once the
   * agent has accepted it. Leaving the iterator sends `stop`, so that the
   * agent frees its side.
   */
  async subscribe(
    command: Command,
    body: object,
    options: CallOptions = {},
  ): Promise<RecordQueue<unknown>> {
    let seq: number | undefined
    const records = new RecordQueue<unknown>({
      limit: streamLimit,
      onReturn: () => {
        if (seq === undefined) return
        this.#streams.delete(seq)
        this.call('stop', { Stop: seq }).catch(() => {
          // The connection is gone, and the agent's side of the stream with it.
        })
      },
    })
    try {
      await this.#request(command, body, options, assigned => {
        // Registered before the reply: the first record may share its packet.
        seq = assigned
        this.#streams.set(seq, records)
      })
      return records
    } catch (error) {
      // Nobody waits any more, but the agent may still open the stream.
      if (seq !== undefined && this.#calls.has(seq)) await records.return()
      else if (seq !== undefined) this.#streams.delete(seq)
      throw error
    }
  }

  /** Ends the connection; every call and stream under way ends with `closed`. */
  close(): void {
    this.#fail(
      new SerfError('closed', 'The connection to the Serf agent was closed by this client'),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #request(
    command: Command,
    body: object | undefined,
    options: CallOptions,
    assigned: (seq: number) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      options.signal?.throwIfAborted()
      if (this.#failure) throw this.#failure
      const seq = this.#seq++
      const timeoutMs = options.timeoutMs ?? this.#timeoutMs
      const done = () => {
        clearTimeout(timer)
        options.signal?.removeEventListener('abort', onAbort)
      }
      // An abandoned call stays in the table: its reply may still come, and
      // its body must then be read as a body.
      const onAbort = () => {
        done()
        reject(options.signal?.reason)
      }
      const timer = setTimeout(() => {
        done()
        const message = `The Serf agent did not answer ${command} within ${timeoutMs} ms`
        reject(new SerfError('timeout', message, { command }))
      }, timeoutMs)
      options.signal?.addEventListener('abort', onAbort, { once: true })
      this.#calls.set(seq, {
        command,
        settle: (error, reply) => {
          done()
          if (error) reject(error)
          else resolve(reply)
        },
      })
      assigned(seq)
      this.#socket.write(encodeRequest(command, seq, body))
    })
  }

  async #read(): Promise<void> {
    try {
      const messages = decodeMessages(this.#socket)[Symbol.asyncIterator]()
      for (;;) {
        const header = await messages.next()
        if (header.done) break
        await this.#receive(header.value, async () => {
          const body = await messages.next()
          if (body.done)
            throw new SerfError('closed', 'The Serf agent hung up in the middle of a reply')
          return body.value
        })
      }
      this.#fail(new SerfError('closed', 'The Serf agent closed the connection'))
    } catch (error) {
      this.#fail(asSerfError(error))
    }
  }

  async #receive(header: unknown, readBody: () => Promise<unknown>): Promise<void> {
    if (!isRecord(header) || typeof header['Seq'] !== 'number') {
      const found = JSON.stringify(header)?.slice(0, 100)
      throw new SerfError(
        'protocol',
        `What answered is no Serf agent: found ${found}, wanted a reply header with a Seq`,
      )
    }
    const { Seq: seq, Error: reason } = header
    const call = this.#calls.get(seq)
    if (!call) {
      // A record; where the stream was just left, it is read and dropped.
      const record = await readBody()
      this.#streams.get(seq)?.push(record)
      return
    }
    const isRefused = typeof reason === 'string' && reason !== ''
    const hasBody = !isRefused && commandTable[call.command].replyHasBody
    // In the table until its body is there: the agent may hang up before.
    const reply = hasBody ? await readBody() : undefined
    this.#calls.delete(seq)
    call.settle(isRefused ? refusal(call.command, reason) : undefined, reply)
  }

  #fail(error: SerfError): void {
    if (this.#failure) return
    this.#failure = error
    this.#socket.destroy()
    for (const call of this.#calls.values()) {
      call.settle(
        new SerfError(error.code, error.message, { command: call.command, cause: error.cause }),
        undefined,
      )
    }
    this.#calls.clear()
    for (const stream of this.#streams.values()) stream.end(error)
    this.#streams.clear()
  }
}
