import { renameSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A gate in front of HAProxy's socket, at the socket's own path. */
export interface SocketGate {
  /** Path of HAProxy's own socket behind the gate. */
  readonly behind: string
  /** Resolves when HAProxy has got the first write that names this text; the agent gets no reply. */
  withholdReplyTo(text: string): Promise<void>
  /**
   * Holds the first write that names this text until `release` resolves, and resolves before it is
   * passed on to HAProxy.
   */
  holdAt(text: string, release: () => Promise<unknown>): Promise<void>
}

/** Puts a gate between the agent and a HAProxy that runs. */
export async function startSocketGate(t: Test, path: string): Promise<SocketGate> {
  const real = `${path}.real`
  renameSync(path, real)
  /** Action before a write is passed on, or in place of its reply. */
  let wanted: { text: string; reached: (haproxy: Socket) => Promise<unknown> } | undefined
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, agent => {
    const haproxy = connect({ path: real, allowHalfOpen: true })
    for (const socket of [agent, haproxy]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    haproxy.pipe(agent)
    haproxy.on('close', () => agent.destroy())
    agent.on('close', () => haproxy.destroy()).on('end', () => haproxy.end())
    agent.on('data', (chunk: Buffer) => {
      const { text, reached } = wanted ?? {}
      if (text === undefined || !reached || !chunk.includes(text)) return haproxy.write(chunk)
      wanted = undefined
      void reached(haproxy).then(() => haproxy.write(chunk))
      return true
    })
  })
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    behind: real,
    withholdReplyTo: text =>
      new Promise(resolve => {
        const reached = async (haproxy: Socket) => resolve(void haproxy.unpipe().resume())
        wanted = { text, reached }
      }),
    holdAt: (text, release) =>
      new Promise(resolve => {
        wanted = { text, reached: () => release().then(() => resolve()) }
      }),
  }
}
