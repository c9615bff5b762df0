import type { Duplex } from 'node:stream'
import type { CallOptions, StreamOptions } from '../call-options.js'
import { replyHasBody, type Command } from '../wire/command-table.js'
import { FrameScanner, type FrameLimits } from '../wire/frame-scanner.js'
import { timerMs } from '../wire/limit.js'
import { decodeMessage, encodeRequest } from '../wire/message-codec.js'
import { addAbortCallback } from './abort-listeners.js'
import { queueLimits, RecordQueue, skippedRecord } from './record-queue.js'
import { ReplyPairing } from '../wire/reply-pairing.js'
import {
  brokenConnection,
  forCommand,
  isFatal,
  refusal,
  SerfError,
  tooManyCalls,
  unreadable,
} from '../serf-error.js'
import { waitForReply, type PendingCall } from './pending-call.js'

/** Default timeout of a call, and the limits of a frame. */
export interface ConnectionLimits extends FrameLimits {
  readonly timeoutMs: number
}

/**
 * Number of requests without an answer. An agent that hangs answers none of
 * them, and each has to be remembered after its timeout.
 */
const maxUnanswered = 10_000

/** Decodes the body of a reply or record. */
type Decode<T> = (body: unknown) => T

/** Request with its command and the fields of its body. */
export interface Request {
  readonly command: Command
  readonly body?: Readonly<Record<string, unknown>>
}

interface OpenStream {
  /** Takes a record, with its size on the wire. */
  receive(record: unknown, bytes: number): void
  end(error: SerfError): void
}

/**
 * RPC protocol over one open stream of bytes. It pairs replies with calls by
 * their `Seq`, and delivers the records of each stream to its queue.
 */
export class Connection {
  readonly #bytes: Duplex
  readonly #limits: ConnectionLimits
  readonly #scanner: FrameScanner
  readonly #pairing = new ReplyPairing(({ seq, reason }) => {
    const call = this.#calls.get(seq)
    // An unknown number belongs to a stream that was left: its record is dropped.
    return call ? replyHasBody(call.command, reason) : true
  })
  #seq = 0
  /** Includes calls that timed out or were aborted: the body of a late reply must still be read. */
  readonly #calls = new Map<number, PendingCall>()
  readonly #streams = new Map<number, OpenStream>()
  #failure: SerfError | undefined

  constructor(bytes: Duplex, limits: ConnectionLimits) {
    this.#bytes = bytes
    this.#limits = limits
    this.#scanner = new FrameScanner(limits)
    bytes.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    bytes.on('error', error => this.#fail(brokenConnection(error)))
    bytes.on('end', () => this.#onEnd()).on('close', () => this.#onEnd())
  }

  /** Sends one command and returns the decoded body of its reply. */
  async call<T>(request: Request, decode: Decode<T>, options: CallOptions = {}): Promise<T> {
    return this.#send(request, decode, options).reply
  }

  /**
   * Sends a command that opens a stream, and returns its records after the agent
   * has accepted it. Leaving the iterator or aborting sends `stop`, so that the
   * agent frees its side. A record that decodes to undefined ends the stream; one
   * that decodes to {@link skippedRecord} is skipped.
   */
  async subscribe<T>(
    request: Request,
    decode: Decode<T | typeof skippedRecord | undefined>,
    options: StreamOptions = {},
  ): Promise<RecordQueue<T>> {
    const { signal } = options
    const limits = queueLimits(options)
    const { seq, reply } = this.#send(request, () => {}, options)
    const onAbort = () => records.fail(signal?.reason)
    let removeAbortCallback: (() => void) | undefined
    const records = new RecordQueue<T>({
      ...limits,
      onEnd: () => removeAbortCallback?.(),
      onReturn: () => this.#stop(seq),
    })
    const receive = (wire: unknown, bytes: number) => {
      try {
        const record = decode(wire)
        if (record === skippedRecord) return
        if (record !== undefined) return records.push(record, bytes)
        this.#streams.delete(seq)
        records.end()
      } catch (error) {
        // An unreadable record ends its own stream only.
        records.fail(unreadable(error))
      }
    }
    // Registered before the reply, because the first record can be in the same packet.
    this.#streams.set(seq, { receive, end: error => records.end(error) })
    try {
      await reply
    } catch (error) {
      // The call timed out or was aborted, but the agent may still open the stream.
      if (this.#calls.has(seq)) this.#stop(seq)
      this.#streams.delete(seq)
      throw error
    }
    if (signal?.aborted) onAbort()
    else removeAbortCallback = signal && addAbortCallback(signal, onAbort)
    return records
  }

  /** Closes the connection; every pending call and open stream ends with `closed`. */
  close(): void {
    this.#fail(
      new SerfError('closed', 'The connection to the Serf agent was closed by this client'),
    )
  }

  #stop(seq: number): void {
    if (!this.#streams.delete(seq)) return
    this.call({ command: 'stop', body: { Stop: seq } }, () => {}).catch(() => {
      // The connection has ended, and with it the agent's side of the stream.
    })
  }

  #send<T>(
    { command, body }: Request,
    decode: Decode<T>,
    options: CallOptions,
  ): { readonly seq: number; readonly reply: Promise<T> } {
    options.signal?.throwIfAborted()
    if (this.#failure) throw forCommand(this.#failure, command)
    if (this.#calls.size >= maxUnanswered) throw tooManyCalls(command, maxUnanswered)
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
      for (const frame of this.#scanner.push(chunk)) this.#message(frame)
    } catch (error) {
      this.#fail(unreadable(error))
    }
  }

  #message(frame: Uint8Array): void {
    const complete = this.#pairing.push(decodeMessage(frame))
    if (!complete) return
    const { header, body } = complete
    const call = this.#calls.get(header.seq)
    if (!call) return this.#streams.get(header.seq)?.receive(body, frame.length)
    this.#calls.delete(header.seq)
    call.complete(header.reason, body)
    if (isFatal(header.reason)) this.#fail(refusal(call.command, header.reason))
  }

  #onEnd(): void {
    const isIncomplete = this.#pairing.isOpen || this.#scanner.isOpen
    const message = isIncomplete
      ? 'closed the connection in the middle of a reply'
      : 'closed the connection'
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
