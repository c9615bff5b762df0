import { SerfError } from '../serf-error.js'
import { isRecord, describeValue, textOf } from './wire-value.js'

/** Header of a reply or record; a body may follow. */
export interface Header {
  readonly seq: number
  /** Reason of a refusal; empty otherwise. */
  readonly reason: string
}

/** Joins each header with its body, if it has one. */
export class ReplyPairing {
  readonly #hasBody: (header: Header) => boolean
  #open: Header | undefined

  /** @param hasBody - returns true if a body follows this header */
  constructor(hasBody: (header: Header) => boolean) {
    this.#hasBody = hasBody
  }

  /** True while a header waits for its body. */
  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /**
   * Adds one message and returns the reply or record that it completes.
   *
   * @throws SerfError `protocol` for a message that should be a header, but is not.
   */
  push(message: unknown): { readonly header: Header; readonly body: unknown } | undefined {
    const open = this.#open
    this.#open = undefined
    if (open) return { header: open, body: message }
    const header = readHeader(message)
    if (!this.#hasBody(header)) return { header, body: undefined }
    this.#open = header
    return undefined
  }
}

function readHeader(message: unknown): Header {
  if (isRecord(message) && typeof message['Seq'] === 'number') {
    return { seq: message['Seq'], reason: textOf(message['Error']) ?? '' }
  }
  throw new SerfError(
    'protocol',
    `The server is not a Serf agent: expected a reply header with a Seq, got ${describeValue(message)}`,
  )
}
