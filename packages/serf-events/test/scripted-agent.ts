import { createServer, type Socket } from 'node:net'
import type { Tidy } from 'real-components'

/** An agent of the test's making, that says only what the test wants. */
export interface ScriptedAgent {
  readonly host: string
  readonly port: number
  /** The commands that it was sent. */
  readonly commands: string[]
  /** The clients that are connected now. */
  readonly clients: Set<Socket>
  /** What clients sent, as it came. */
  received: string
  /** The names of its members, as `members` tells them. */
  names: readonly string[]
  /** How often `members` was read. */
  reads(): number
  /** Sends lines of its log to whoever monitors. */
  log(...lines: readonly string[]): void
  /** Sends a membership event to whoever streams. */
  event(): void
}

/** The small part of msgpack that an agent's frames need here. */
function pack(value: unknown): Buffer {
  if (value === null) return Buffer.of(0xc0)
  if (typeof value === 'number') return Buffer.of(0xcd, value >> 8, value & 0xff)
  if (typeof value === 'string') {
    const text = Buffer.from(value)
    return Buffer.concat([Buffer.of(0xd9, text.length), text])
  }
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.of(0xc4, value.length), value])
  if (Array.isArray(value))
    return Buffer.concat([Buffer.of(0x90 + value.length), ...value.map(pack)])
  const entries = Object.entries(value ?? {})
  return Buffer.concat([Buffer.of(0x80 + entries.length), ...entries.flat().map(pack)])
}

function frames(...objects: readonly object[]): Buffer {
  return Buffer.concat(objects.map(pack))
}

function header(seq: number): object {
  return { Seq: seq, Error: '' }
}

function member(name: string): object {
  const Addr = Uint8Array.of(127, 0, 0, 1)
  return { Name: name, Addr, Port: 7946, Tags: null, Status: 'alive' }
}

/** A request's header, as the client writes it; a client of a test makes few requests. */
const requestHeader = /\xa7Command[\xa0-\xbf]([a-z-]+)\xa3Seq([\0-\x7f])/g

/** Starts an agent that follows the test's word. */
export async function scriptedAgent(t: Tidy, names: readonly string[]): Promise<ScriptedAgent> {
  const clients = new Set<Socket>()
  const streams = new Map<string, { socket: Socket; seq: number }>()
  const tell = (command: string, ...records: readonly object[]) => {
    const stream = streams.get(command)
    if (!stream) throw new Error(`nobody listens to ${command}`)
    stream.socket.write(frames(...records.flatMap(record => [header(stream.seq), record])))
  }
  const server = createServer(socket => {
    clients.add(socket)
    socket.on('error', () => {}).on('close', () => clients.delete(socket))
    socket.setEncoding('latin1').on('data', (text: string) => {
      agent.received += text
      for (const [, command = '', digit = ''] of text.matchAll(requestHeader)) {
        const seq = digit.charCodeAt(0)
        agent.commands.push(command)
        streams.set(command, { socket, seq })
        const body = command === 'members' ? [{ Members: agent.names.map(member) }] : []
        socket.write(frames(header(seq), ...body))
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const client of clients) client.destroy()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP server')
  const agent: ScriptedAgent = {
    host: '127.0.0.1',
    port: address.port,
    commands: [],
    received: '',
    clients,
    names,
    reads: () => agent.commands.filter(command => command === 'members').length,
    log: (...lines) => tell('monitor', ...lines.map(Log => ({ Log }))),
    event: () => tell('stream', { Event: 'member-update', Members: [] }),
  }
  return agent
}
