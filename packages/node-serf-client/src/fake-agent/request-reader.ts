import { commandTable, requestFields, type Command } from '../wire/command-table.js'
import { FrameScanner } from '../wire/frame-scanner.js'
import { decodeMessage } from '../wire/message-codec.js'
import { isRecord, textOf, withTexts } from '../wire/wire-value.js'

/** Request of a client. */
export interface FakeRequest {
  /** RPC command of the request. */
  readonly command: Command
  /** Number of the request on its connection (`Seq`). */
  readonly seq: number
  /** Fields of the body: texts as strings, payloads as bytes. */
  readonly body: Readonly<Record<string, unknown>>
}

const limits = { maxFrameBytes: 1 << 20, maxElements: 100_000 }

/** Reads the requests from a stream of bytes. */
export class RequestReader {
  readonly #scanner = new FrameScanner(limits)
  #open: Omit<FakeRequest, 'body'> | undefined

  /** Adds bytes and returns the requests that they complete. @throws Error for invalid bytes */
  push(chunk: Uint8Array): FakeRequest[] {
    return this.#scanner.push(chunk).flatMap(frame => this.#message(decodeMessage(frame)))
  }

  #message(message: unknown): FakeRequest[] {
    if (!isRecord(message)) throw new Error('Invalid request: expected a map')
    if (this.#open) {
      const { command } = this.#open
      const request = { ...this.#open, body: readFields(command, message) }
      this.#open = undefined
      return [request]
    }
    const command = textOf(message['Command'])
    const seq = message['Seq']
    if (!isCommand(command) || typeof seq !== 'number') throw new Error('Unsupported command')
    if (requestFields(command)) {
      this.#open = { command, seq }
      return []
    }
    return [{ command, seq, body: {} }]
  }
}

function isCommand(word: string | undefined): word is Command {
  return word !== undefined && Object.hasOwn(commandTable, word)
}

function readFields(command: Command, wire: Record<string, unknown>): Record<string, unknown> {
  const fields = requestFields(command) ?? {}
  return Object.fromEntries(
    Object.entries(wire).map(([field, value]) => [
      field,
      fields[field] === 'bytes' ? value : withTexts(value),
    ]),
  )
}
