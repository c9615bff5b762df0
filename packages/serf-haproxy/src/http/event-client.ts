import type { ServerResponse } from 'node:http'
import { securityHeaders } from './http-answer.js'

/** How far a client may fall behind. */
export interface ClientLimits {
  /** What may wait in this process for a client to read it, in bytes. */
  readonly maxBufferedBytes: number
  /** How long a client may read nothing while something waits for it. */
  readonly stallMs: number
}

/** One page, or program, that follows the agent by server-sent events. */
export class EventClient {
  readonly #response: ServerResponse
  readonly #limits: ClientLimits
  #stalledSince: number | undefined
  #lastSeq: number

  constructor(response: ServerResponse, limits: ClientLimits, lastSeq: number) {
    this.#response = response
    this.#limits = limits
    this.#lastSeq = lastSeq
    response.on('drain', () => (this.#stalledSince = undefined))
    response.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream' })
  }

  /** Whether it has read all that it was sent: if not, what only shows the present can wait. */
  get isReading(): boolean {
    return this.#stalledSince === undefined
  }

  /** Sends the frame of a timeline entry, unless the client already has it. */
  sendEntry(frame: string, seq: number, now: number): void {
    if (this.#lastSeq >= seq) return
    this.#lastSeq = seq
    this.send(frame, now)
  }

  /** Sends a frame; a client that has too much waiting already is cut off, and may come again. */
  send(frame: string, now: number): void {
    if (this.#response.destroyed) return
    if (this.#response.writableLength > this.#limits.maxBufferedBytes) return this.end()
    if (!this.#response.write(frame)) this.#stalledSince ??= now
  }

  /** Cuts it off where it has read nothing for too long. */
  look(now: number): void {
    if (this.#stalledSince !== undefined && now - this.#stalledSince >= this.#limits.stallMs) {
      this.end()
    }
  }

  /** Ends the connection; what it has not read is lost to it. */
  end(): void {
    this.#response.destroy()
  }
}

/** One server-sent event. JSON has no line breaks of its own, so that one `data` line holds it. */
export function eventFrame(event: string, data: unknown, id?: string): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
