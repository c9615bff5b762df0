import { createServer } from 'node:net'
import { LabError } from '../lab-error.js'

/** What an error tells of a port that cannot be had. */
export interface PortNeed {
  readonly node: string
  /** A subnet that another lab may have. */
  readonly other: string
  /** What is wrong where the port is not taken. */
  readonly hint: string
}

/** Refuses where a port of this machine is taken, or not to be had. */
export async function requireFreePort(
  address: string,
  port: number,
  { node, other, hint }: PortNeed,
): Promise<void> {
  const code = await tryToListen(address, port)
  if (code === undefined) return
  throw new LabError(
    code === 'EADDRINUSE'
      ? `${address}:${port} is taken, and node ${node} needs it; see who has it with: ss -ltnp 'sport = :${port}'; or give the lab another network with --subnet ${other}`
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
