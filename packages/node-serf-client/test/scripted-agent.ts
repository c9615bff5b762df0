import { createServer, type Server, type Socket } from 'node:net'
import { decodeMultiStream, encode } from '@msgpack/msgpack'
import type { Tidy } from 'real-components'
import { decodeMessage } from '../src/wire/message-codec.js'
import { isRecord } from '../src/wire/wire-value.js'

/** One request as a client sent it. */
export interface Request {
  readonly command: string
  readonly seq: number
  readonly body: unknown
}

/** A TCP server that stands in for an agent, and what was asked of it. */
export interface ScriptedAgent {
  readonly host: string
  readonly port: number
  readonly requests: Request[]
  /** The clients that are connected now. */
  readonly clients: Set<Socket>
}

/** What a scripted agent does with a request; the handshake is accepted for it. */
export type Script = (request: Request, socket: Socket) => void

/** Objects as they stand on the wire, one behind the other. */
export function frames(...objects: readonly unknown[]): Buffer {
  return Buffer.concat(objects.map(object => encode(object)))
}

/** An object as a client reads it: what travelled as text comes as bytes. */
export function received(object: unknown): unknown {
  return decodeMessage(encode(object))
}

/** A reply's header. */
export function header(seq: number, error = ''): object {
  return { Seq: seq, Error: error }
}

/** A member in the form that Serf sends it. */
export function wireMember(name: string, facts: Readonly<Record<string, unknown>> = {}): object {
  const Addr = Uint8Array.of(127, 0, 0, 1)
  return { Name: name, Addr, Port: 7946, Tags: { role: 'web' }, Status: 'alive', ...facts }
}

/** A server on loopback that goes with the test. */
export async function listen(t: Tidy, serve: (socket: Socket) => void): Promise<ScriptedAgent> {
  const clients = new Set<Socket>()
  const server = createServer(socket => {
    clients.add(socket)
    // A client that hangs up in the midst of a write is no fault of the server.
    socket.on('error', () => {}).on('close', () => clients.delete(socket))
    serve(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const client of clients) client.destroy()
  })
  return { host: '127.0.0.1', port: portOf(server), requests: [], clients }
}

/** The port on which a TCP server listens. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP server')
  return address.port
}

/** An agent that follows a script. */
export async function scriptedAgent(t: Tidy, script: Script): Promise<ScriptedAgent> {
  const agent = await listen(t, socket => {
    readRequests(socket, request => {
      agent.requests.push(request)
      if (request.command === 'handshake') socket.write(frames(header(request.seq)))
      else script(request, socket)
    }).catch(() => {
      // The client hung up.
    })
  })
  return agent
}

async function readRequests(socket: Socket, receive: (request: Request) => void): Promise<void> {
  let open: Omit<Request, 'body'> | undefined
  for await (const object of decodeMultiStream(socket)) {
    if (open) {
      receive({ ...open, body: object })
      open = undefined
      continue
    }
    const { Command: command, Seq: seq } = isRecord(object) ? object : {}
    if (typeof command !== 'string' || typeof seq !== 'number') throw new Error('no request')
    if (command === 'members') receive({ command, seq, body: undefined })
    else open = { command, seq }
  }
}
