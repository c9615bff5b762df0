import { Connection } from './connection/connection.js'
import { atLeastOne, timerMs } from './wire/limit.js'
import { openSocket } from './connection/open-socket.js'
import { SerfClient } from './serf-client.js'

/** Address of the agent, key and limits. */
export interface ConnectOptions {
  /** Host of the agent's RPC listener. @defaultValue `127.0.0.1` */
  readonly host?: string
  /** Port of the agent's RPC listener. @defaultValue 7373 */
  readonly port?: number
  /** The agent's `rpc_auth` key. @defaultValue none */
  readonly authKey?: string
  /** Time limit for each step of connecting and for each later call. @defaultValue 5,000 ms */
  readonly timeoutMs?: number
  /** Size limit for a single message of the agent, in bytes. @defaultValue 16 MiB */
  readonly maxFrameBytes?: number
  /**
   * Limit for the number of values in a single message, which bounds its size in memory. A
   * member without tags has 24.
   *
   * @defaultValue 1,000,000
   */
  readonly maxElements?: number
  /** Aborts connecting; later, call `close` instead. @defaultValue none */
  readonly signal?: AbortSignal
}

/** Version of the RPC protocol; an agent with another version refuses the handshake. */
const ipcVersion = 1

/**
 * Connects to an agent's RPC listener, performs the handshake and authenticates.
 *
 * @throws SerfError `unreachable`, `timeout`, `handshake`, `authentication`, `refused`,
 * `protocol`, `reply-too-large`, `closed` or `invalid-argument`.
 *
 * @example
 * ```ts
 * import { connect } from 'node-serf-client'
 * import { startFakeAgent } from 'node-serf-client/fake-agent'
 *
 * const agent = await startFakeAgent({ name: 's1' }) // Serf's own port is 7373
 * const client = await connect({ host: '127.0.0.1', port: agent.port })
 * const members = await client.members()
 * members.map(({ name, status }) => `${name} ${status}`) // => ['s1 alive']
 * client.close()
 * await agent.close()
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<SerfClient> {
  const { host = '127.0.0.1', port = 7373, authKey, signal } = options
  const timeoutMs = timerMs(options.timeoutMs ?? 5000)
  const maxFrameBytes = atLeastOne('maxFrameBytes', options.maxFrameBytes ?? 16 * 2 ** 20)
  const maxElements = atLeastOne('maxElements', options.maxElements ?? 1_000_000)
  const limits = { timeoutMs, ...(signal && { signal }) }
  const socket = await openSocket(host, port, limits)
  const localAddress = `${socket.localAddress}:${socket.localPort}`
  const connection = new Connection(socket, { timeoutMs, maxFrameBytes, maxElements })
  try {
    const handshake = { command: 'handshake', body: { Version: ipcVersion } } as const
    await connection.call(handshake, () => {}, limits)
    if (authKey !== undefined) {
      const auth = { command: 'auth', body: { AuthKey: authKey } } as const
      await connection.call(auth, () => {}, limits)
    }
    return new SerfClient(connection, localAddress)
  } catch (error) {
    connection.close()
    throw error
  }
}
