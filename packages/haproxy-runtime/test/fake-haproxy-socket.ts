import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'

/** A Unix socket on which a test answers in HAProxy's place. */
export interface FakeHaproxySocket {
  readonly path: string
  /** The first request of each connection, in order. */
  readonly requests: readonly string[]
  /** Returns how many connections the client has not closed yet. */
  open(): number
}

/** Listens, and lets `answer` handle the first request of each connection. */
export async function fakeHaproxySocket(
  t: Tidy,
  answer: (connection: Socket, request: string) => void,
): Promise<FakeHaproxySocket> {
  const path = join(temporaryFolder(t), 'haproxy.sock')
  const requests: string[] = []
  const connections = new Set<Socket>()
  const server = createServer(connection => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection)).on('error', () => {})
    connection.once('data', data => {
      requests.push(data.toString())
      answer(connection, data.toString())
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
