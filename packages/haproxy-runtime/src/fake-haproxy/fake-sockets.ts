import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'

/** Listening Unix sockets that can be paused and closed together. */
export interface FakeSockets {
  /** Listens on a path and hands each connection to `serve`. */
  listen(path: string, serve: (connection: Socket) => void): Promise<void>
  /** Accepts connections and does not serve them until `resume`. */
  pause(): void
  resume(): void
  /** Closes everything and removes the sockets' files. */
  close(): Promise<void>
}

/** Creates an empty set of sockets. */
export function createFakeSockets(): FakeSockets {
  const servers = new Map<string, Server>()
  const connections = new Set<Socket>()
  let waiting: (() => void)[] | undefined
  return {
    async listen(path, serve) {
      const server = createServer(connection => {
        connections.add(connection)
        connection.on('close', () => connections.delete(connection)).on('error', () => {})
        if (waiting) waiting.push(() => serve(connection))
        else serve(connection)
      }).listen(path)
      servers.set(path, server)
      await once(server, 'listening')
    },
    pause() {
      waiting ??= []
    },
    resume() {
      const pending = waiting ?? []
      waiting = undefined
      for (const serve of pending) serve()
    },
    async close() {
      for (const connection of connections) connection.destroy()
      await Promise.all([...servers.values()].map(closed))
      for (const path of servers.keys()) rmSync(path, { force: true })
      servers.clear()
    },
  }
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()))
}
