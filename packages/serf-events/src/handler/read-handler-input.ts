import { addAbortSignal, type Readable } from 'node:stream'
import { SerfError } from 'node-serf-client'

/** Limits of a handler's input. */
interface InputLimits {
  readonly maxBytes?: number
  readonly timeoutMs?: number
}

/**
 * Reads the input of a handler: at most 8 MiB within 30 s by default. Serf
 * writes it at once: some 100 bytes for each member that changed.
 *
 * @throws SerfError `invalid-argument` for more, `timeout` if the input does not end.
 */
export async function readHandlerInput(
  stdin: Readable,
  { maxBytes = 8 * 2 ** 20, timeoutMs = 30_000 }: InputLimits = {},
): Promise<Buffer> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), timeoutMs)
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of addAbortSignal(timeout.signal, stdin) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > maxBytes)
        throw unreadable('invalid-argument', `at most ${maxBytes} bytes`, 'more')
      chunks.push(chunk)
    }
  } catch (error) {
    if (!timeout.signal.aborted) throw error
    throw unreadable('timeout', `its end within ${timeoutMs} ms`, `${bytes} bytes and no end`)
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks)
}

function unreadable(
  code: 'invalid-argument' | 'timeout',
  expected: string,
  got: string,
): SerfError {
  return new SerfError(
    code,
    `Cannot read the event on standard input: expected ${expected}, got ${got}. ` +
      'Run this command through `serf agent -event-handler`.',
  )
}
