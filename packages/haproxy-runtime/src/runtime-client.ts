import type { Capabilities } from './replies/capabilities.js'
import type { CommandResult } from './commands/command-result.js'
import type { NewServer, RuntimeCommand } from './commands/runtime-command.js'
import type { PatternList } from './commands/pattern-list.js'
import type { ServerStatistics } from './replies/server-statistics.js'
import type { RunningServer } from './replies/servers-state.js'
import type { Session } from './replies/session-list.js'
import type { ExchangeOptions } from './socket/socket-exchange.js'

/**
 * The Runtime API of one HAProxy worker, over its stats socket.
 *
 * The calls that change one server resolve when HAProxy has confirmed the
 * change. They throw HaproxyError `refused` with HAProxy's reply if it refuses.
 */
export interface RuntimeClient {
  /**
   * Sends commands in one write, in order, and pairs each with its reply.
   * HAProxy continues after a command that it refuses, so check every result.
   *
   * @throws HaproxyError `unreachable`, `timeout`, `overloaded`, `protocol`,
   * `reply-too-large` or `wrong-socket`; every call of the client can.
   */
  batch(commands: readonly RuntimeCommand[], options?: ExchangeOptions): Promise<CommandResult[]>
  /** Adds a server, starts its health check if its options have one, and enables it. */
  addServer(pool: string, server: NewServer, options?: ExchangeOptions): Promise<void>
  /**
   * Puts a server into maintenance and removes it once its last connection has
   * ended. `cutSessions` ends its sessions first.
   *
   * @throws HaproxyError `timeout` if connections remain after `timeoutMs`; the server stays in maintenance.
   */
  removeServer(
    pool: string,
    name: string,
    options?: ExchangeOptions & { cutSessions?: boolean },
  ): Promise<void>
  /** Stops sending new clients to a server. */
  drain(pool: string, name: string, options?: ExchangeOptions): Promise<void>
  /** Lets a server take traffic. */
  ready(pool: string, name: string, options?: ExchangeOptions): Promise<void>
  /** Puts a server into maintenance: no traffic and no health checks. */
  maintenance(pool: string, name: string, options?: ExchangeOptions): Promise<void>
  /** Sets a server's weight, 0 to 256. */
  setWeight(pool: string, name: string, weight: number, options?: ExchangeOptions): Promise<void>
  /** Changes a server's address and port. */
  setAddress(
    pool: string,
    name: string,
    endpoint: { readonly address: string; readonly port: number },
    options?: ExchangeOptions,
  ): Promise<void>
  /**
   * Returns the servers of the given pools as they run now, all from one moment.
   *
   * @throws HaproxyError `refused` if HAProxy has no such pool.
   */
  servers(pools: readonly string[], options?: ExchangeOptions): Promise<RunningServer[]>
  /**
   * Reads a few servers again, in the time of a few: 0.3 ms of HAProxy's for one
   * of 10,000, and as much for each pool of up to some 30 servers. Servers that
   * HAProxy has no more are left out. HAProxy does not print everything for a
   * single server of a large pool. There `usesTls` and `checkPort` are those of
   * `known`; so is `admin` while the server is down, and the result of its checks
   * while they are off.
   *
   * @param known - the servers as they were known before
   * @throws HaproxyError `refused` if HAProxy has no such pool.
   */
  namedServers(known: readonly RunningServer[], options?: ExchangeOptions): Promise<RunningServer[]>
  /**
   * Returns sessions and states of every server, or only of those of `pools`
   * or of `servers` that HAProxy has. All servers are
   * the most expensive query: 33 ms with 10,000 servers. A pool is
   * found also if a frontend has its name.
   *
   * @throws HaproxyError `refused` if HAProxy has no such pool.
   */
  statistics(
    options?: ExchangeOptions & {
      pools?: readonly string[]
      servers?: readonly { readonly pool: string; readonly name: string }[]
    },
  ): Promise<ServerStatistics[]>
  /** Returns the active sessions; expensive if there are many. */
  sessions(options?: ExchangeOptions): Promise<Session[]>
  /** Returns version, process id and age of the worker that answers. */
  info(options?: ExchangeOptions): Promise<{
    /** Version as HAProxy prints it, such as `2.6.12-1+deb12u4`. */
    readonly version: string
    /** Process id of the worker. */
    readonly pid: number
    /** Age of the worker, in seconds. */
    readonly uptimeSeconds: number
  }>
  /** Returns the features of the running release. */
  capabilities(options?: ExchangeOptions): Promise<Capabilities>
  /** Gives access to a map, by its file name or `#` and its number. */
  map(id: string): PatternList
  /** Gives access to an ACL, by its file name or `#` and its number. */
  acl(id: string): PatternList
}
