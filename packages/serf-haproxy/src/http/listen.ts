import { mkdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { AgentError } from '../agent-error.js'

/**
 * Listens on a TCP address.
 *
 * @throws AgentError `configuration` where that cannot be.
 */
export async function listenOnAddress(
  server: Server,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<void> {
  await listening(server, () => server.listen(port, address), `${address}:${port}`)
}

/**
 * Listens on a Unix socket that only its owner can open, from the moment that
 * it is there. What a killed agent left at the path is replaced.
 *
 * @throws AgentError `configuration` where that cannot be, or another agent answers there.
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (await answers(path)) {
    throw new AgentError(
      'configuration',
      `another agent listens on ${path}; end it, or give this one a state folder of its own`,
    )
  }
  makeRoom(path)
  const umask = process.umask(0o177)
  // The socket is made before `listen` returns.
  const isListening = listening(server, () => server.listen(path), path)
  process.umask(umask)
  await isListening
}

function makeRoom(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(path, { force: true })
  } catch (cause) {
    const message = `cannot make ${path}: ${(cause as Error).message}`
    throw new AgentError('configuration', message, { cause })
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function listening(server: Server, listen: () => void, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      server.off('listening', succeed)
      const message = `cannot listen on ${where}: ${cause.message}; end what listens there, or choose another place`
      reject(new AgentError('configuration', message, { cause }))
    }
    const succeed = () => {
      server.off('error', fail)
      resolve()
    }
    server.once('error', fail)
    server.once('listening', succeed)
    listen()
  })
}

/** Stops listening and ends every connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
