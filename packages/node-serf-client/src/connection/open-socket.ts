import { connect, type Socket } from 'node:net'
import { addAbortCallback } from './abort-listeners.js'
import { SerfError } from '../serf-error.js'

/**
 * Opens a TCP connection.
 *
 * @throws SerfError `unreachable`, `timeout`, or `invalid-argument` for an invalid
 * port; or the signal's reason.
 */
export async function openSocket(
  host: string,
  port: number,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<Socket> {
  options.signal?.throwIfAborted()
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SerfError(
      'invalid-argument',
      `Invalid port: expected an integer from 1 to 65535, got ${port}`,
    )
  }
  const socket = connect({ host, port, noDelay: true })
  await opened(socket, `${host}:${port}`, options)
  return socket
}

function opened(
  socket: Socket,
  address: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      clearTimeout(timer)
      removeAbortCallback?.()
      socket.off('connect', onConnect).off('error', onError)
      if (error === undefined) {
        resolve()
      } else {
        socket.on('error', () => {}).destroy()
        reject(error)
      }
    }
    const onConnect = () => settle()
    const onAbort = () => settle(signal?.reason ?? new Error('aborted'))
    const onError = (cause: Error) =>
      settle(
        new SerfError('unreachable', `No Serf agent answers at ${address}: ${cause.message}`, {
          cause,
        }),
      )
    const timer = setTimeout(
      () =>
        settle(
          new SerfError('timeout', `No Serf agent answered at ${address} within ${timeoutMs} ms`),
        ),
      timeoutMs,
    )
    const removeAbortCallback = signal && addAbortCallback(signal, onAbort)
    socket.on('connect', onConnect).on('error', onError)
  })
}
