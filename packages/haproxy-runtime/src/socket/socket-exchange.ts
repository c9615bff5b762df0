import { connect, type Socket } from 'node:net'
import { gate, type Gate } from './gate.js'
import { HaproxyError } from '../haproxy-error.js'

/** How long an exchange may last, in milliseconds, and a signal that ends it. */
export interface ExchangeOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/** Says `text` to HAProxy and resolves with everything that comes back until it closes. */
export type Exchange = (text: string, options?: ExchangeOptions) => Promise<string>

const defaultTimeoutMs = 2000
const fullQueuePollMs = 5

/**
 * Exchanges over one Unix socket, a few at a time.
 *
 * A connection is made for each exchange: it costs some 0.1 ms, and after a
 * reload it reaches the new worker, where a kept one would go on talking to
 * the old. The time in line counts towards `timeoutMs`.
 *
 * The exchanges reject with HaproxyError `unreachable`, `timeout` or `overloaded`.
 */
export function exchanges(
  socketPath: string,
  { timeoutMs: usual = defaultTimeoutMs, through = gate() }: ExchangeLimits = {},
): Exchange {
  return async (text, { timeoutMs = usual, signal } = {}) => {
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      let socket: Socket | undefined
      let retry: NodeJS.Timeout | undefined
      const settle = (end: () => void) => {
        clearTimeout(timer)
        clearTimeout(retry)
        signal?.removeEventListener('abort', onAbort)
        socket?.destroy()
        leave()
        end()
      }
      const onAbort = () => settle(() => reject(signal?.reason as Error))
      const onAnswer = (answer: string) => settle(() => resolve(answer))
      const onError = (cause: NodeJS.ErrnoException) => {
        // The queue of the listening socket is full: HAProxy is there, and busy.
        if (cause.code === 'EAGAIN') retry = setTimeout(attempt, fullQueuePollMs)
        else settle(() => reject(unreachable(socketPath, cause)))
      }
      const attempt = () => {
        socket = say(socketPath, text, onAnswer, onError)
      }
      const leave = through.enter(attempt)
      const timer = setTimeout(() => {
        const message = `HAProxy did not answer on ${socketPath} within ${timeoutMs} ms`
        settle(() => reject(new HaproxyError('timeout', message)))
      }, timeoutMs)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}

interface ExchangeLimits {
  readonly timeoutMs?: number | undefined
  readonly through?: Gate
}

function say(
  socketPath: string,
  text: string,
  onAnswer: (answer: string) => void,
  onError: (cause: NodeJS.ErrnoException) => void,
): Socket {
  const chunks: Buffer[] = []
  const socket = connect({ path: socketPath })
  return socket
    .on('connect', () => socket.write(text))
    .on('data', chunk => chunks.push(chunk))
    .on('end', () => onAnswer(Buffer.concat(chunks).toString('utf8')))
    .on('error', onError)
}

function unreachable(socketPath: string, cause: Error): HaproxyError {
  const message = `HAProxy cannot be reached at ${socketPath}: ${cause.message}`
  return new HaproxyError('unreachable', message, { cause })
}
