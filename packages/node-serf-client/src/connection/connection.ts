import type { Duplex } from 'node:stream'
import type { CallOptions, StreamOptions } from '../call-options.js'
import { replyHasBody, type Command } from '../wire/command-table.js'
import { FrameScanner } from '../wire/frame-scanner.js'
import { atLeastOne, timerMs } from '../wire/limit.js'
import { decodeMessage, encodeRequest } from '../wire/message-codec.js'
import { noRecord, RecordQueue } from './record-queue.js'
import { ReplyPairing } from '../wire/reply-pairing.js'
import { brokenConnection, isFatal, refusal, SerfError, unreadable } from '../serf-error.js'
import { waitForReply, type WaitingCall } from './waiting-call.js'

/** How patient a connection is, and how large a frame it takes. */
export interface ConnectionLimits {
  readonly timeoutMs: number
  readonly maxFrameBytes: number
}

/** Gives the value of a reply's body. */
type Decode<T> = (body: unknown) => T

/** A request: its command and the fields of its body. */
export interface Request {
  readonly command: Command
  readonly body?: Readonly<Record<string, unknown>>
}

interface OpenStream {
  receive(record: unknown): void
  end(error: SerfError): void
}

/**
 * The protocol over one open stream of bytes: it pairs replies with calls by
 * their `Seq`, and hands the records of a stream to whoever subscribed.
 */
export class Connection {
  readonly #bytes: Duplex
  readonly #limits: ConnectionLimits
  readonly #scanner: FrameScanner
  readonly #pairing = new ReplyPairing(({ seq, reason }) => {
    const call = this.#calls.get(seq)
    // Who is unknown here has left its stream: the record is read and dropped.
    return call ? replyHasBody(call.command, reason) : true
  })
  #seq = 0
  /** An abandoned call stays here: its reply may still come, with a body to be read as one. */
  readonly #calls = new Map<number, WaitingCall>()
  readonly #streams = new Map<number, OpenStream>()
  #failure: SerfError | undefined

  constructor(bytes: Duplex, limits: ConnectionLimits) {
    this.#bytes = bytes
    this.#limits = limits
    this.#scanner = new FrameScanner(limits.maxFrameBytes)
    bytes.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    bytes.on('error', error => this.#fail(brokenConnection(error)))
    bytes.on('end', () => this.#hungUp()).on('close', () => this.#hungUp())
  }

  /** Sends one command and resolves with what `decode` makes of its reply's body. */
  async call<T>(request: Request, decode: Decode<T>, options: CallOptions = {}): Promise<T> {
    return this.#send(request, decode, options).reply
  }

  /**
   * Sends a command that opens a stream, and returns its records once the
   * agent has accepted it. Leaving the iterator, or aborting, sends `stop`, so
   * that the agent frees its side. A record that decodes to undefined is the
   * last; one that decodes to {@link noRecord} is passed over.
   */
  async subscribe<T>(
    request: Request,
    decode: Decode<T | typeof noRecord | undefined>,
    options: StreamOptions = {},
  ): Promise<RecordQueue<T>> {
    const { signal, maxQueued = 4096 } = options
    const limit = atLeastOne('maxQueued', maxQueued)
    const { seq, reply } = this.#send(request, () => {}, options)
    const onAbort = () => records.fail(signal?.reason)
    const records = new RecordQueue<T>({
      limit,
      onEnd: () => signal?.removeEventListener('abort', onAbort),
      onLeft: () => this.#stop(seq),
    })
    const receive = (wire: unknown) => {
      try {
        const record = decode(wire)
        if (record === noRecord) return
        if (record !== undefined) return records.push(record)
        this.#streams.delete(seq)
        records.end()
      } catch (error) {
        // A record that cannot be read ends its own stream, and no other.
        records.fail(unreadable(error))
      }
    }
    // Registered before the reply: the first record may share its packet.
    this.#streams.set(seq, { receive, end: error => records.end(error) })
    try {
      await reply
    } catch (error) {
      // Nobody waits any more, but the agent may still open the stream.
      if (this.#calls.has(seq)) this.#stop(seq)
      this.#streams.delete(seq)
      throw error
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    // Aborted between the reply and this line: no event tells of it any more.
    if (signal?.aborted) onAbort()
    return records
  }

  /** Ends the connection; every call and stream under way ends with `closed`. */
  close(): void {
    this.#fail(
      new SerfError('closed', 'The connection to the Serf agent was closed by this client'),
    )
  }

  #stop(seq: number): void {
    if (!this.#streams.delete(seq)) return
    this.call({ command: 'stop', body: { Stop: seq } }, () => {}).catch(() => {
      // The connection is gone, and the agent's side of the stream with it.
    })
  }

  #send<T>(
    { command, body }: Request,
    decode: Decode<T>,
    options: CallOptions,
  ): { readonly seq: number; readonly reply: Promise<T> } {
    options.signal?.throwIfAborted()
    if (this.#failure) throw forCommand(this.#failure, command)
    const timeoutMs = timerMs(options.timeoutMs ?? this.#limits.timeoutMs)
    const seq = this.#seq
    const request = encodeRequest(command, seq, body)
    this.#seq++
    const reply = waitForReply(command, decode, { ...options, timeoutMs }, call => {
      this.#calls.set(seq, call)
      this.#bytes.write(request)
    })
    return { seq, reply }
  }

  #receive(chunk: Uint8Array): void {
    if (this.#failure) return
    try {
      for (const frame of this.#scanner.push(chunk)) this.#message(decodeMessage(frame))
    } catch (error) {
      this.#fail(unreadable(error))
    }
  }

  #message(message: unknown): void {
    const complete = this.#pairing.push(message)
    if (!complete) return
    const { header, body } = complete
    const call = this.#calls.get(header.seq)
    if (!call) return this.#streams.get(header.seq)?.receive(body)
    this.#calls.delete(header.seq)
    call.settle(header.reason, body)
    if (isFatal(header.reason)) this.#fail(refusal(call.command, header.reason))
  }

  #hungUp(): void {
    const isMidway = this.#pairing.isOpen || this.#scanner.isOpen
    const message = isMidway ? 'hung up in the middle of a reply' : 'closed the connection'
    this.#fail(new SerfError('closed', `The Serf agent ${message}`))
  }

  #fail(error: SerfError): void {
    if (this.#failure) return
    this.#failure = error
    this.#bytes.destroy()
    for (const { command, fail } of this.#calls.values()) fail(forCommand(error, command))
    this.#calls.clear()
    for (const stream of this.#streams.values()) stream.end(error)
    this.#streams.clear()
  }
}

/** What ended the connection, as the error of one of its calls. */
function forCommand({ code, message, cause }: SerfError, command: Command): SerfError {
  return new SerfError(code, message, cause === undefined ? { command } : { command, cause })
}
