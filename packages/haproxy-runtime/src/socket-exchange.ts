import { connect } from 'node:net'
import { HaproxyError } from './haproxy-error.js'

/** How long an exchange may last, in milliseconds, and a signal that ends it. */
export interface ExchangeOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

const defaultTimeoutMs = 2000

/**
 * Writes `text` to a Unix socket and resolves with everything that comes back
 * until HAProxy closes.
 *
 * A connection is made for each exchange: it costs some 0.1 ms, and after a
 * reload it reaches the new worker, where a kept one would go on talking to
 * the old.
 *
 * @throws HaproxyError `unreachable` or `timeout`.
 */
export function exchange(socketPath: string, text: string, options: ExchangeOptions = {}): Promise<string> {
  const { timeoutMs = defaultTimeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const chunks: Buffer[] = []
    const socket = connect({ path: socketPath })
    const settle = (end: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.destroy()
      end()
    }
    const onAbort = () => settle(() => reject(signal?.reason as Error))
    const timer = setTimeout(() => {
      const message = `HAProxy did not answer on ${socketPath} within ${timeoutMs} ms`
      settle(() => reject(new HaproxyError('timeout', message)))
    }, timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    socket
      .on('connect', () => socket.write(text))
      .on('data', chunk => chunks.push(chunk))
      .on('end', () => settle(() => resolve(Buffer.concat(chunks).toString('utf8'))))
      .on('error', cause => {
        const message = `HAProxy cannot be reached at ${socketPath}: ${cause.message}`
        settle(() => reject(new HaproxyError('unreachable', message, { cause })))
      })
  })
}
