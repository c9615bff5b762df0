import { connect, type Socket } from 'node:net'
import { createLimiter, type Limiter } from './limiter.js'
import { HaproxyError } from '../haproxy-error.js'

/** Limits of an exchange: a timeout in milliseconds, and a signal that ends it. */
export interface ExchangeOptions {
  /** Limit in milliseconds, with the time in the queue. @defaultValue that of the client */
  readonly timeoutMs?: number
  /** Ends the call with the signal’s reason. @defaultValue none */
  readonly signal?: AbortSignal | undefined
}

/** Sends `text` to HAProxy and resolves with everything it answers until it closes. */
export interface Exchange {
  (text: string, options?: ExchangeOptions): Promise<string>
  /** The path of the socket, for messages. */
  readonly socket?: string
}

const defaultTimeoutMs = 2000
/** Fits the statistics of some 75,000 servers; the reply needs up to four times as much memory. */
const defaultMaxReplyBytes = 32 * 1024 * 1024
const fullBacklogPollMs = 5

/**
 * Creates an exchange over one Unix socket. A limited number run at a time.
 *
 * Each exchange makes its own connection. That costs some 0.1 ms, and after a
 * reload it reaches the new worker, while a kept connection would stay with the
 * old one. Time in the limiter's queue counts towards `timeoutMs`.
 *
 * The exchange rejects with HaproxyError `unreachable`, `timeout`, `overloaded`
 * or `reply-too-large`.
 */
export function createExchange(
  socketPath: string,
  {
    timeoutMs: defaultMs = defaultTimeoutMs,
    maxReplyBytes = defaultMaxReplyBytes,
    limiter = createLimiter(),
  }: ExchangeConfig = {},
): Exchange {
  const exchange: Exchange = async (text, { timeoutMs = defaultMs, signal } = {}) => {
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      let socket: Socket | undefined
      let retry: NodeJS.Timeout | undefined
      const finish = (complete: () => void) => {
        clearTimeout(timer)
        clearTimeout(retry)
        signal?.removeEventListener('abort', onAbort)
        socket?.destroy()
        release()
        complete()
      }
      const onAbort = () => finish(() => reject(signal?.reason as Error))
      const onAnswer = (answer: string) => finish(() => resolve(answer))
      const onError = (cause: NodeJS.ErrnoException) => {
        // The listening socket's backlog is full: HAProxy runs and is busy.
        if (cause.code === 'EAGAIN') retry = setTimeout(start, fullBacklogPollMs)
        else finish(() => reject(unreachable(socketPath, cause)))
      }
      const start = () => {
        const onTooLarge = () => finish(() => reject(tooLarge(socketPath, maxReplyBytes)))
        socket = send(socketPath, text, { maxReplyBytes, onAnswer, onTooLarge, onError })
      }
      const release = limiter.acquire(start)
      const timer = setTimeout(() => {
        const message = `HAProxy did not answer on ${socketPath} within ${timeoutMs} ms`
        finish(() => reject(new HaproxyError('timeout', message)))
      }, timeoutMs)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
  return Object.assign(exchange, { socket: socketPath })
}

interface ExchangeConfig {
  readonly timeoutMs?: number | undefined
  /** Largest reply that is read, in bytes; all replies to one exchange count together. */
  readonly maxReplyBytes?: number | undefined
  readonly limiter?: Limiter
}

interface AnswerHandlers {
  readonly maxReplyBytes: number
  onAnswer(answer: string): void
  onTooLarge(): void
  onError(cause: NodeJS.ErrnoException): void
}

function send(
  socketPath: string,
  text: string,
  { maxReplyBytes, onAnswer, onTooLarge, onError }: AnswerHandlers,
): Socket {
  const chunks: Buffer[] = []
  let bytes = 0
  const socket = connect({ path: socketPath })
  return socket
    .on('connect', () => socket.write(text))
    .on('data', chunk => {
      bytes += chunk.length
      if (bytes > maxReplyBytes) onTooLarge()
      else chunks.push(chunk)
    })
    .on('end', () => onAnswer(Buffer.concat(chunks).toString('utf8')))
    .on('error', onError)
}

function tooLarge(socketPath: string, maxReplyBytes: number): HaproxyError {
  return new HaproxyError(
    'reply-too-large',
    `HAProxy's reply on ${socketPath} exceeds ${maxReplyBytes} bytes: ` +
      'ask for less at once, or set a larger maxReplyBytes',
  )
}

function unreachable(socketPath: string, cause: Error): HaproxyError {
  const message = `HAProxy cannot be reached at ${socketPath}: ${cause.message}`
  return new HaproxyError('unreachable', message, { cause })
}
