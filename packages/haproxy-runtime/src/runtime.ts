import { capabilitiesOf, type Capabilities } from './replies/capabilities.js'
import type { CommandResult } from './commands/command-result.js'
import { converse } from './socket/conversation.js'
import { HaproxyError } from './haproxy-error.js'
import { patternList, type PatternList } from './commands/pattern-list.js'
import { replyMeaning } from './commands/reply-meaning.js'
import type { RuntimeCommand } from './commands/runtime-command.js'
import { proxyName } from './commands/safe-argument.js'
import { serverChanges, type ServerChanges } from './server-changes.js'
import { parseStatistics, type ServerStatistics } from './replies/server-statistics.js'
import { parseServersState, type RunningServer } from './replies/servers-state.js'
import { parseSessions, type Session } from './replies/session-list.js'
import { exchanges, type ExchangeOptions } from './socket/socket-exchange.js'

/** What HAProxy says of its process. */
export interface ProcessInfo {
  readonly version: string
  readonly pid: number
  readonly uptimeSeconds: number
}

/** The Runtime API of one HAProxy worker, by its stats socket. */
export interface RuntimeClient extends ServerChanges {
  /**
   * Sends commands in one write, in order, and pairs each with its reply.
   * HAProxy goes on behind a refused one, so look at every result.
   *
   * @throws HaproxyError `unreachable`, `timeout`, `overloaded` or `protocol`.
   */
  batch(commands: readonly RuntimeCommand[], options?: ExchangeOptions): Promise<CommandResult[]>
  /**
   * The servers of the given pools as they run now, from one moment.
   *
   * @throws HaproxyError `refused` where HAProxy has no such pool.
   */
  servers(pools: readonly string[], options?: ExchangeOptions): Promise<RunningServer[]>
  /**
   * Sessions and states of every server, or of those of `pools` alone. The
   * dearest question there is: 33 ms where there are 10,000 servers.
   */
  statistics(options?: ExchangeOptions & { pools?: readonly string[] }): Promise<ServerStatistics[]>
  /** The sessions under way; costly where there are many. */
  sessions(options?: ExchangeOptions): Promise<Session[]>
  /** Version, process id and age of the worker that answers. */
  info(options?: ExchangeOptions): Promise<ProcessInfo>
  /** What the running release can do. */
  capabilities(options?: ExchangeOptions): Promise<Capabilities>
  /** A map, by its file name or `#` and its number. */
  map(id: string): PatternList
  /** An ACL, by its file name or `#` and its number. */
  acl(id: string): PatternList
}

/**
 * Speaks to a running HAProxy through its stats socket (`level admin`). It
 * connects for each call, so that HAProxy may come, go and reload in between;
 * a few calls at a time, and the line of those that wait is bounded.
 *
 * @example
 * ```ts
 * const runtime = createRuntimeClient({ socket: '/run/haproxy.sock' })
 * await runtime.drain('nodes', 's1')
 * ```
 */
export function createRuntimeClient({
  socket,
  timeoutMs,
}: {
  socket: string
  timeoutMs?: number
}): RuntimeClient {
  const exchange = exchanges(socket, { timeoutMs })
  const send = (commands: readonly string[], options?: ExchangeOptions) =>
    converse(exchange, commands, options)
  const ask = async (command: string, options?: ExchangeOptions) => {
    const [reply = ''] = await send([command], options)
    return reply
  }

  const batch: RuntimeClient['batch'] = async (commands, options) => {
    if (commands.length === 0) return []
    const texts = commands.map(({ text }) => text)
    const replies = await send(texts, options)
    return commands.map(({ text, done }, i) => {
      const reply = (replies[i] ?? '').trim()
      const meaning = replyMeaning(reply, done)
      return { command: text, done: meaning === 'done', meaning, reply }
    })
  }
  const info = async (options?: ExchangeOptions) => parseInfo(await ask('show info', options))
  const capabilities = async (options?: ExchangeOptions) =>
    capabilitiesOf((await info(options)).version)

  return {
    ...serverChanges(batch, capabilities),
    batch,
    info,
    capabilities,
    async servers(pools, options) {
      if (pools.length === 0) return []
      const questions = pools.map(pool => `show servers state ${proxyName(pool)}`)
      const replies = await send(questions, options)
      return replies.flatMap((reply, i) => {
        if (replyMeaning(reply, /^1\n/) !== 'no-backend') return parseServersState(reply)
        throw new HaproxyError('refused', `HAProxy has no backend ${pools[i]}: ${reply.trim()}`)
      })
    },
    async statistics({ pools, ...options } = {}) {
      // 4: servers only; -1: every one of them.
      const questions = pools
        ? pools.map(pool => `show stat ${proxyName(pool)} 4 -1`)
        : ['show stat -1 4 -1']
      if (questions.length === 0) return []
      return (await send(questions, options)).flatMap(parseStatistics)
    },
    sessions: async options => parseSessions(await ask('show sess', options)),
    map: id => patternList('map', id, send),
    acl: id => patternList('acl', id, send),
  }
}

function parseInfo(reply: string): ProcessInfo {
  const value = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(reply)?.[1]
  const pid = value('Pid')
  if (pid === undefined) {
    const found = JSON.stringify(reply.slice(0, 100))
    throw new HaproxyError('protocol', `The reply to show info cannot be read: found ${found}`)
  }
  return {
    version: value('Version') ?? '',
    pid: Number(pid),
    uptimeSeconds: Number(value('Uptime_sec')),
  }
}
