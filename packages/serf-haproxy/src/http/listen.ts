import { mkdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { AgentError } from '../agent-error.js'
import { problemOfSocketPlace } from './socket-place.js'

/**
 * Listens on a TCP address.
 *
 * @throws AgentError `configuration` if that fails.
 */
export async function listenOnAddress(
  server: Server,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<void> {
  await listening(server, () => server.listen(port, address), `${address}:${port}`, 'listen')
}

/**
 * Listens on a Unix socket that only its owner can open from the moment of its
 * creation. A socket file that a killed agent left is replaced.
 *
 * @throws AgentError `configuration` if that fails, if another agent answers
 * there, or if another user could replace the socket.
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  const problem = problemOfSocketPlace(path)
  if (problem !== undefined) throw new AgentError('configuration', problem)
  if (await accepts(path)) {
    throw new AgentError(
      'configuration',
      `another agent listens on ${path}; stop it, or set another \`stateFolder\``,
    )
  }
  prepare(path)
  const umask = process.umask(0o177)
  // The socket file is created before `listen` returns.
  const isListening = listening(server, () => server.listen(path), path, 'stateFolder')
  process.umask(umask)
  await isListening
}

/** Errors of a file system that does not take a file now, or that an operator can fix meanwhile. */
const refusedByDisk =
  /^(?:ENOSPC|EROFS|EDQUOT|EIO|EACCES|EPERM|ENOENT|ENOTDIR|EEXIST|ERR_FS_EISDIR)$/

/** Returns whether the disk refuses a socket; other errors stay. */
export function isRefusedByDisk({ cause }: AgentError): boolean {
  return refusedByDisk.test((cause as NodeJS.ErrnoException | undefined)?.code ?? '')
}

function prepare(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(path, { force: true })
  } catch (cause) {
    const message = `cannot create ${path}: ${(cause as Error).message}`
    throw new AgentError('configuration', message, { cause })
  }
}

function accepts(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Listens and waits until it works. `setting` names the option that moves the listener. */
function listening(
  server: Server,
  listen: () => void,
  where: string,
  setting: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      server.off('listening', succeed)
      const message = `cannot listen on ${where}: ${cause.message}; stop what listens there, or change \`${setting}\``
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
