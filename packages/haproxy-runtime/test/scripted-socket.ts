import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'

/** A Unix socket that a test plays HAProxy on. */
export interface ScriptedSocket {
  readonly path: string
  /** What each connection has asked, in order. */
  readonly requests: readonly string[]
  /** Connections that the client has not closed yet. */
  open(): number
}

/** Listens, and has `play` answer the first thing that each connection says. */
export async function scriptedSocket(
  t: Tidy,
  play: (connection: Socket, request: string) => void,
): Promise<ScriptedSocket> {
  const path = join(temporaryFolder(t), 'haproxy.sock')
  const requests: string[] = []
  const connections = new Set<Socket>()
  const server = createServer(connection => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection)).on('error', () => {})
    connection.once('data', data => {
      requests.push(data.toString())
      play(connection, data.toString())
    })
  })
  t.teardown(() => {
    for (const connection of connections) connection.destroy()
    server.close()
  })
  // HAProxy's own queue is short too: `maxconn` of its stats socket, 10 by default.
  server.listen({ path, backlog: 10 })
  await once(server, 'listening')
  return { path, requests, open: () => connections.size }
}
