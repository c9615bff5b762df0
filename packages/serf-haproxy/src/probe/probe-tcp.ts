import { connect } from 'node:net'

/** HAProxy accepts a connection without a server for it too, and closes it at once. */
const openMs = 100

/**
 * Opens a connection. It passes if it sends something, or stays open for a moment.
 *
 * @returns the problem, in words; undefined if it passed
 * @throws the error of the connection, and AbortError
 */
export function probeTcp(
  { hostname, port }: URL,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const socket = connect({ host, port: Number(port), signal })
    let timer: NodeJS.Timeout | undefined
    const end = (problem: string | undefined) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(problem)
    }
    socket
      .once('connect', () => (timer = setTimeout(() => end(undefined), openMs)))
      .once('data', () => end(undefined))
      .once('end', () =>
        end('expected a connection that stays open, got one that is closed at once'),
      )
      .on('error', error => {
        clearTimeout(timer)
        reject(error)
      })
  })
}
