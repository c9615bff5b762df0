import { SerfError } from '../serf-error.js'
import { isRecord, shown, textOf } from './wire-value.js'

/** What stands before a body, or alone. */
export interface Header {
  readonly seq: number
  /** Why the agent refused; empty where it did not. */
  readonly reason: string
}

/** Joins each header with the body behind it, where there is one. */
export class ReplyPairing {
  readonly #hasBody: (header: Header) => boolean
  #open: Header | undefined

  /** @param hasBody - what the wire does for the call or the stream of this header */
  constructor(hasBody: (header: Header) => boolean) {
    this.#hasBody = hasBody
  }

  /** Whether a header waits for its body. */
  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /**
   * Takes one message and gives what it completes.
   *
   * @throws SerfError `protocol` where a header was due and something else came.
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
  const found = shown(message)
  throw new SerfError(
    'protocol',
    `What answered is no Serf agent: found ${found}, wanted a reply header with a Seq`,
  )
}
