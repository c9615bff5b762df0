import type { ServerResponse } from 'node:http'
import { shownJson } from '../redaction/shown.js'
import { securityHeaders } from './http-answer.js'

/** Limits for a client that reads slowly. */
export interface ClientLimits {
  /** Maximum bytes in memory that the client has not read, besides the largest frame so far. */
  readonly maxBufferedBytes: number
  /** Maximum time without reading while data is buffered, in milliseconds. */
  readonly stallMs: number
}

/** One client of the server-sent event stream. */
export class EventClient {
  readonly #response: ServerResponse
  readonly #limits: ClientLimits
  #stalledSince: number | undefined
  #lastSeq: number
  /** Size of the largest frame so far, in characters. */
  #largestFrame = 0

  constructor(response: ServerResponse, limits: ClientLimits, lastSeq: number) {
    this.#response = response
    this.#limits = limits
    this.#lastSeq = lastSeq
    response.on('drain', () => (this.#stalledSince = undefined))
    response.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream' })
  }

  /** True if the client has read all data; otherwise the next state can be skipped. */
  get isReading(): boolean {
    return this.#stalledSince === undefined
  }

  /** Sends the frame of a timeline entry, unless the client already has it. */
  sendEntry(frame: string, seq: number, now: number): void {
    if (this.#lastSeq >= seq) return
    this.#lastSeq = seq
    this.send(frame, now)
  }

  /** Sends a frame. Disconnects a client with a buffer over the limit; it may reconnect. */
  send(frame: string, now: number): void {
    if (this.#response.destroyed) return
    // The state of 10,000 servers is larger than the limit, and entries follow it at once.
    const most = this.#limits.maxBufferedBytes + this.#largestFrame
    if (this.#response.writableLength > most) return this.end()
    this.#largestFrame = Math.max(this.#largestFrame, frame.length)
    if (!this.#response.write(frame)) this.#stalledSince ??= now
  }

  /** Disconnects the client if it has read nothing for too long. */
  look(now: number): void {
    if (this.#stalledSince !== undefined && now - this.#stalledSince >= this.#limits.stallMs) {
      this.end()
    }
  }

  /** Closes the connection. Unread data is lost. */
  end(): void {
    this.#response.destroy()
  }
}

/** A comment of the stream: the connection is alive, and nothing changed. */
export const stillHere = ': still here\n\n'

/** Formats one server-sent event. JSON has no raw line breaks, so one `data` line is enough. */
export function eventFrame(event: string, data: unknown, id?: string): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `${idLine}event: ${event}\ndata: ${shownJson(data)}\n\n`
}
