import { createServer, type Server, type Socket } from 'node:net'
import { decodeMultiStream } from '@msgpack/msgpack'
import type { Tidy } from 'real-components'
import { connect, type SerfClient } from '../src/index.js'
import { isRecord } from '../src/wire/wire-value.js'
import { frames, header } from './wire-objects.js'

/** Request of a client. */
export interface Request {
  readonly command: string
  readonly seq: number
  readonly body: unknown
}

/** TCP server in place of an agent, with the requests that it received. */
export interface FakeRpcServer {
  readonly host: string
  readonly port: number
  readonly requests: Request[]
  /** Connected clients. */
  readonly clients: Set<Socket>
}

/** Answers one request of a client; the server itself accepts the handshake. */
export type Responder = (request: Request, socket: Socket) => void

/** Starts a TCP server on loopback; it ends with the test. */
export async function startTcpServer(
  t: Tidy,
  serve: (socket: Socket) => void,
): Promise<FakeRpcServer> {
  const clients = new Set<Socket>()
  const server = createServer(socket => {
    clients.add(socket)
    // A client that disconnects during a write is not an error of the server.
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

/** Returns the port of a TCP server. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP server')
  return address.port
}

/** Starts an RPC server that answers each request through `respond`. */
export async function startFakeRpcServer(t: Tidy, respond: Responder): Promise<FakeRpcServer> {
  const agent = await startTcpServer(t, socket => {
    readRequests(socket, request => {
      agent.requests.push(request)
      if (request.command === 'handshake') socket.write(frames(header(request.seq)))
      else respond(request, socket)
    }).catch(() => {
      // The client disconnected.
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

/** Fake server and a client that is connected to it. */
export interface ServerAndClient {
  readonly agent: FakeRpcServer
  readonly client: SerfClient
}

/** Starts a fake server and connects a client; both end with the test. */
export async function connectToFake(
  t: Tidy,
  respond: Responder,
  timeoutMs = 5000,
): Promise<ServerAndClient> {
  const agent = await startFakeRpcServer(t, respond)
  const client = await connect({ host: agent.host, port: agent.port, timeoutMs })
  t.teardown(() => client.close())
  return { agent, client }
}

export const neverAnswers: Responder = () => {}

/** Answers every request with an empty list of members. */
export const emptyCluster: Responder = ({ seq }, socket) =>
  socket.write(frames(header(seq), { Members: [] }))

/** Refuses every request with this reason. */
export const refusing =
  (reason: string): Responder =>
  ({ seq }, socket) =>
    socket.write(frames(header(seq, reason)))
