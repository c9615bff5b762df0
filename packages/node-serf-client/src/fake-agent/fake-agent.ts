import { createServer, type Socket } from 'node:net'
import type { Command } from '../wire/command-table.js'
import type { Member } from '../records/member.js'
import type { MemberEventType } from '../records/serf-event.js'
import { encodeMembers } from './encode-answer.js'
import { FakeCluster } from './fake-cluster.js'
import { FakeSession } from './fake-session.js'
import { MishapPlan, type Mishap } from './mishap.js'
import type { FakeRequest } from './request-reader.js'
import { wireMember } from './wire-member.js'

/** Settings of a fake agent. */
export interface FakeAgentOptions {
  /** Name of its own member. @defaultValue `fake` */
  readonly name?: string
  /** Tags of its own member. @defaultValue none */
  readonly tags?: Readonly<Record<string, string>>
  /** Other members that it knows. @defaultValue none */
  readonly members?: readonly Member[]
  /** RPC key that clients must send. @defaultValue none */
  readonly authKey?: string
  /**
   * Gossip keys (base64), the key in use first.
   *
   * @defaultValue none; the key commands are refused
   */
  readonly keys?: readonly string[]
  /** Gossip addresses that `join` reaches. @defaultValue none */
  readonly peers?: readonly string[]
  /** Listening address. @defaultValue a free port of 127.0.0.1 */
  readonly host?: string
  /** Listening port. @defaultValue a free one */
  readonly port?: number
  /**
   * Encodes the reply to `members` with each change, and not when a client asks: for
   * measurements.
   *
   * @defaultValue false
   */
  readonly encodesAhead?: boolean
  /** Splits all output into writes of this many bytes. @defaultValue each output as one write */
  readonly chunkBytes?: number
}

/** Fake Serf agent for tests: it implements the RPC, but no gossip. */
export interface FakeAgent extends AsyncDisposable {
  /** Address at which it listens. */
  readonly host: string
  /** Port at which it listens. */
  readonly port: number
  /** Requests of all clients so far. */
  readonly requests: readonly FakeRequest[]
  /** Number of connected clients. */
  readonly clients: number
  /** Replaces all members, including its own; sends no event and no log line. */
  setMembers(members: readonly Member[]): void
  /** Writes lines to its log, which `monitor` streams. */
  log(...lines: readonly string[]): void
  /** Sends a membership event to all streams of this type. */
  emit(event: MemberEventType, members: readonly Member[]): void
  /** Plans a failure for each of the next requests of this command. */
  next(command: Command, ...mishaps: readonly Mishap[]): void
  /** Disconnects every client; new clients can connect. */
  disconnect(): void
  /** Stops the agent; safe to call twice. */
  close(): Promise<void>
}

/**
 * Starts a fake agent on loopback, for fast tests and for tests of failures.
 * Without planned failures it behaves like Serf 0.9.4: the same tests run
 * against both.
 *
 * @example
 * ```ts
 * import { connect } from 'node-serf-client'
 * import { startFakeAgent } from 'node-serf-client/fake-agent'
 *
 * const agent = await startFakeAgent({ name: 's1' })
 * agent.next('members', { refuse: 'not now' })
 * const client = await connect({ port: agent.port })
 * await client.members().catch(({ code }) => code) // => 'refused'
 * client.close()
 * await agent.close()
 * ```
 */
export async function startFakeAgent(options: FakeAgentOptions = {}): Promise<FakeAgent> {
  const { host = '127.0.0.1', port = 0, members = [], keys = [], peers = [] } = options
  const self = member(options.name ?? 'fake', host, options.tags ?? {})
  const cluster = new FakeCluster({ self, members, keys, peers })
  const mishaps = new MishapPlan()
  const requests: FakeRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket)
    // A client that disconnects during a write is not an error of the agent.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    cluster.write(`[INFO] agent.ipc: Accepted client: ${socket.remoteAddress}:${socket.remotePort}`)
    const session = new FakeSession(socket, {
      cluster,
      authKey: options.authKey,
      mishaps,
      send: bytes => sendInPieces(socket, bytes, options.chunkBytes),
      onRequest: request => void requests.push(request),
      onLeave: () => {
        server.close()
        for (const each of sockets) each.end()
      },
    })
    cluster.listeners.add(session)
    socket.on('close', () => cluster.listeners.delete(session))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  const disconnect = () => {
    for (const socket of sockets) socket.destroy()
  }
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      disconnect()
    })
  const address = server.address()
  return {
    host,
    port: typeof address === 'object' && address ? address.port : port,
    requests,
    get clients() {
      return sockets.size
    },
    setMembers: list => {
      cluster.setMembers(list)
      if (options.encodesAhead) encodeMembers(cluster.list)
    },
    log: (...lines) => lines.forEach(line => cluster.write(line)),
    emit: (event, list) =>
      cluster.emit({ types: [event], record: { Event: event, Members: list.map(wireMember) } }),
    next: (command, ...list) => mishaps.add(command, list),
    disconnect,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function member(name: string, address: string, tags: Readonly<Record<string, string>>): Member {
  return { name, address, port: 7946, status: 'alive', tags }
}

function sendInPieces(socket: Socket, bytes: Uint8Array, size = bytes.length): void {
  for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size))
}
