import { connect as connectSocket, type Socket } from 'node:net'
import { commandTable, type Command } from './command-table.js'
import { isRecord } from './member.js'
import { decodeMessages, encodeRequest } from './message-codec.js'
import { RecordQueue } from './record-queue.js'
import { SerfError } from './serf-error.js'

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

  /** Opens the TCP connection; rejects with `unreachable`, `timeout` or the signal's reason. */
  static async open(
    host: string,
    port: number,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<Connection> {
    options.signal?.throwIfAborted()
    const socket = connectSocket({ host, port, noDelay: true })
    await opened(socket, `${host}:${port}`, options)
    return new Connection(socket, options.timeoutMs)
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
    let seq = 0
    const records = new RecordQueue<unknown>({
      limit: streamLimit,
      onReturn: () => {
        this.#streams.delete(seq)
        this.call('stop', { Stop: seq }).catch(() => {
          // The connection is gone, and the agent's side of the stream with it.
        })
      },
    })
    await this.#request(command, body, options, assigned => {
      // Registered before the reply: the first record may share its packet.
      seq = assigned
      this.#streams.set(seq, records)
    }).catch((error: unknown) => {
      this.#streams.delete(seq)
      throw error
    })
    return records
  }

  /** Ends the connection; every call and stream under way ends with `closed`. */
  close(): void {
    this.#fail(new SerfError('closed', 'The connection to the Serf agent was closed by this client'))
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
        reject(options.signal?.reason as Error)
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
          if (body.done) throw new SerfError('closed', 'The Serf agent hung up in the middle of a reply')
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
    const { Seq: seq, Error: refusal } = header
    const call = this.#calls.get(seq)
    if (!call) {
      // A record; where the stream was just left, it is read and dropped.
      const record = await readBody()
      this.#streams.get(seq)?.push(record)
      return
    }
    this.#calls.delete(seq)
    if (typeof refusal === 'string' && refusal !== '') {
      call.settle(refused(call.command, refusal), undefined)
      return
    }
    call.settle(undefined, commandTable[call.command].replyHasBody ? await readBody() : undefined)
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

function opened(
  socket: Socket,
  address: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect).off('error', onError)
      if (error === undefined) {
        resolve()
      } else {
        socket.on('error', () => {}).destroy()
        reject(error as Error)
      }
    }
    const onConnect = () => settle()
    const onAbort = () => settle(signal?.reason ?? new Error('aborted'))
    const onError = (cause: Error) =>
      settle(new SerfError('unreachable', `No Serf agent answers at ${address}: ${cause.message}`, { cause }))
    const timer = setTimeout(
      () => settle(new SerfError('timeout', `No Serf agent answered at ${address} within ${timeoutMs} ms`)),
      timeoutMs,
    )
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.on('connect', onConnect).on('error', onError)
  })
}

function refused(command: Command, refusal: string): SerfError {
  const isKeyMatter = /authentication required|invalid authentication token/i.test(refusal)
  return new SerfError(
    isKeyMatter ? 'authentication' : 'refused',
    `The Serf agent refused ${command}: ${refusal}`,
    { command },
  )
}

function asSerfError(error: unknown): SerfError {
  if (error instanceof SerfError) return error
  const cause = error as NodeJS.ErrnoException
  const isSocketFault = typeof cause.code === 'string' && typeof cause.syscall === 'string'
  return isSocketFault
    ? new SerfError('closed', `The connection to the Serf agent broke: ${cause.message}`, { cause })
    : new SerfError('protocol', `What the Serf agent sent cannot be read: ${cause.message}`, { cause })
}
