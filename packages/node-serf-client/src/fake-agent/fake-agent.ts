import { createServer, type Socket } from 'node:net'
import type { Command } from '../wire/command-table.js'
import type { Member } from '../records/member.js'
import type { MemberEventType } from '../records/serf-event.js'
import { FakeCluster } from './fake-cluster.js'
import { FakeSession } from './fake-session.js'
import { MishapPlan, type Mishap } from './mishap.js'
import type { FakeRequest } from './request-reader.js'
import { wireMember } from './wire-member.js'

/** How a fake agent differs from any other. */
export interface FakeAgentOptions {
  /** Name of its own member; `fake` by default. */
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
  /** The other members that it knows. */
  readonly members?: readonly Member[]
  /** The RPC key that clients have to give. */
  readonly authKey?: string
  /** Gossip keys (base64), the one in use first; without any, the key commands are refused. */
  readonly keys?: readonly string[]
  /** Gossip addresses that `join` reaches. */
  readonly peers?: readonly string[]
  /** Where it listens: a free port of 127.0.0.1 by default. */
  readonly host?: string
  readonly port?: number
  /** Cuts everything that it sends into pieces of so many bytes, each a write of its own. */
  readonly chunkBytes?: number
}

/** A Serf agent of a test's making: it speaks the RPC, and gossips with nobody. */
export interface FakeAgent extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** What clients have asked so far. */
  readonly requests: readonly FakeRequest[]
  /** How many clients are connected now. */
  readonly clients: number
  /** Replaces the members, its own included; says nothing to anybody. */
  setMembers(members: readonly Member[]): void
  /** Writes lines to its log, as `monitor` tells them. */
  log(...lines: readonly string[]): void
  /** Sends a membership event to whoever streams it. */
  emit(event: MemberEventType, members: readonly Member[]): void
  /** What happens to the next requests of this command, one each. */
  next(command: Command, ...mishaps: readonly Mishap[]): void
  /** Hangs up on every client; new ones may come. */
  disconnect(): void
  /** Ends it; safe to call twice. */
  close(): Promise<void>
}

/**
 * Starts a fake agent on loopback, for tests that are to be fast or need an
 * agent to misbehave. What it does well, it does as a real agent of Serf
 * 0.9.4: the same tests run against both.
 *
 * @example
 * ```ts
 * await using agent = await startFakeAgent({ name: 's1' })
 * agent.next('members', { hang: true })
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
    // A client that hangs up in the midst of a write is no fault of the agent.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    cluster.write(`[INFO] agent.ipc: Accepted client: ${socket.remoteAddress}:${socket.remotePort}`)
    const session = new FakeSession(socket, {
      cluster,
      authKey: options.authKey,
      mishaps,
      send: bytes => sendInPieces(socket, bytes, options.chunkBytes),
      asked: request => void requests.push(request),
      left: () => {
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
    setMembers: list => void (cluster.members = new Map(list.map(each => [each.name, each]))),
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
