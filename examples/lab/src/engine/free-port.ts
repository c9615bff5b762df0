import { createServer } from 'node:net'
import { LabError } from '../lab-error.js'

/** Text for the error about a port that is not available. */
export interface PortNeed {
  readonly node: string
  /** A subnet for another lab. */
  readonly other: string
  /** The reason where the port is not in use. */
  readonly hint: string
}

/** Throws a LabError where a port of this machine is in use, or not available. */
export async function requireFreePort(
  address: string,
  port: number,
  { node, other, hint }: PortNeed,
): Promise<void> {
  const code = await tryToListen(address, port)
  if (code === undefined) return
  throw new LabError(
    code === 'EADDRINUSE'
      ? `${address}:${port} is in use, and node ${node} needs it; find the process with: ss -ltnp 'sport = :${port}'; or give the lab another network with --subnet ${other}`
      : `${address}:${port} cannot be listened on (${code}), and node ${node} needs it; ${hint}`,
  )
}

function tryToListen(address: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ port, host: address, exclusive: true }, () => {
      server.close(() => resolve(undefined))
    })
  })
}
