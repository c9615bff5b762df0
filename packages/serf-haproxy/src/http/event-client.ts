import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { constants, deflateRaw as deflateRawWithCallback } from 'node:zlib'
import { shownJson } from '../redaction/shown.js'
import { securityHeaders } from './http-answer.js'

const deflateRaw = promisify(deflateRawWithCallback)

/** Limits for a client that reads slowly. */
export interface ClientLimits {
  /** Maximum bytes in memory that the client has not read, in addition to the largest frame so far. */
  readonly maxBufferedBytes: number
  /** Maximum time without reading while data is buffered, in milliseconds. */
  readonly stallMs: number
}

/** Limits and wishes of one client. */
interface ClientSettings extends ClientLimits {
  /** Number of the last entry that the client has, or gets with its past entries. */
  readonly lastSeq: number
  /** True for a client that accepts gzip. */
  readonly isCompressed: boolean
}

/** The header of a gzip stream without a file name and a time (RFC 1952). */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

/** A part of the stream, for any number of clients. */
export class EventFrame {
  readonly text: string
  #deflated: Promise<Buffer> | undefined

  constructor(text: string) {
    this.text = text
  }

  /**
   * Compresses the frame once for all clients, in the background. It refers to no earlier
   * frame and ends at a byte, so frames can follow each other in any gzip stream.
   */
  deflated(): Promise<Buffer> {
    const options = { finishFlush: constants.Z_SYNC_FLUSH }
    return (this.#deflated ??= deflateRaw(this.text, options))
  }
}

/** One client of the server-sent event stream. */
export class EventClient {
  readonly #response: ServerResponse
  readonly #settings: ClientSettings
  #stalledSince: number | undefined
  #lastSeq: number
  /** Size of the largest frame so far. */
  #largestFrame = 0
  /** Ends when the frames so far are compressed and written. */
  #written = Promise.resolve()

  constructor(response: ServerResponse, settings: ClientSettings) {
    this.#response = response
    this.#settings = settings
    this.#lastSeq = settings.lastSeq
    response.on('drain', () => (this.#stalledSince = undefined))
    response.writeHead(200, {
      ...securityHeaders,
      'content-type': 'text/event-stream',
      vary: 'accept-encoding',
      ...(settings.isCompressed && { 'content-encoding': 'gzip' }),
    })
    if (settings.isCompressed) response.write(gzipHeader)
  }

  /** True if the client has read all data; otherwise the next state can be skipped. */
  get isReading(): boolean {
    return this.#stalledSince === undefined
  }

  /** Sends the frame of a timeline entry, unless the client already has it. */
  sendEntry(frame: EventFrame, seq: number, now: number): void {
    if (this.#lastSeq >= seq) return
    this.#lastSeq = seq
    this.send(frame, now)
  }

  /** Sends a frame. Disconnects a client with a buffer over the limit; it may reconnect. */
  send(frame: EventFrame, now: number): void {
    if (!this.#settings.isCompressed) return this.#write(frame.text, now)
    const bytes = frame.deflated()
    this.#written = this.#written.then(async () => this.#write(await bytes, now))
  }

  #write(data: string | Buffer, now: number): void {
    if (this.#response.destroyed) return
    // The state of 10,000 servers is larger than the limit, and entries follow it at once.
    const most = this.#settings.maxBufferedBytes + this.#largestFrame
    if (this.#response.writableLength > most) return this.end()
    this.#largestFrame = Math.max(this.#largestFrame, data.length)
    if (!this.#response.write(data)) this.#stalledSince ??= now
  }

  /** Disconnects the client if it has read nothing for too long. */
  look(now: number): void {
    if (this.#stalledSince !== undefined && now - this.#stalledSince >= this.#settings.stallMs) {
      this.end()
    }
  }

  /** Closes the connection. Unread data is lost. */
  end(): void {
    this.#response.destroy()
  }
}

/** A comment of the stream: the connection is alive, and nothing changed. */
export const stillHere = new EventFrame(': still here\n\n')

/** Formats one server-sent event. JSON has no raw line breaks, so one `data` line is enough. */
export function eventFrame(event: string, data: unknown, id?: string): EventFrame {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return new EventFrame(`${idLine}event: ${event}\ndata: ${shownJson(data)}\n\n`)
}
