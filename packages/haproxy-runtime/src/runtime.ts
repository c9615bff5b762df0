import { HaproxyError } from './haproxy-error.js'
import { proxyName, type RuntimeCommand } from './runtime-command.js'
import { parseStatistics, type ServerStatistics } from './server-statistics.js'
import { parseServersState, type RunningServer } from './servers-state.js'
import { exchange, type ExchangeOptions } from './socket-exchange.js'

/** What became of one command of a batch. */
export interface CommandResult {
  readonly command: string
  /** Whether the reply is the one that means success. */
  readonly done: boolean
  readonly reply: string
}

/** What HAProxy says of its process. */
export interface ProcessInfo {
  readonly version: string
  readonly pid: number
  readonly uptimeSeconds: number
}

/** The Runtime API of one HAProxy worker, by its stats socket. */
export interface Runtime {
  /**
   * Sends commands in one write, in order, and pairs each with its reply.
   * HAProxy goes on behind a refused one, so look at every result.
   *
   * @throws HaproxyError `unreachable`, `timeout` or `protocol`.
   */
  batch(commands: readonly RuntimeCommand[], options?: ExchangeOptions): Promise<CommandResult[]>
  /**
   * The servers of the given pools as they run now, from one moment.
   *
   * @throws HaproxyError `refused` where HAProxy has no such pool.
   */
  servers(pools: readonly string[], options?: ExchangeOptions): Promise<RunningServer[]>
  /** Sessions and states of every server. */
  statistics(options?: ExchangeOptions): Promise<ServerStatistics[]>
  /** Version, process id and age of the worker that answers. */
  info(options?: ExchangeOptions): Promise<ProcessInfo>
}

/**
 * Speaks to a running HAProxy through its stats socket (`level admin`). It
 * connects for each call, so that HAProxy may come, go and reload in between.
 *
 * @example
 * ```ts
 * const runtime = connectRuntime({ socket: '/run/haproxy.sock' })
 * await runtime.batch([setWeight('nodes', 's1', 0)])
 * ```
 */
export function connectRuntime({
  socket,
  timeoutMs,
}: {
  socket: string
  timeoutMs?: number
}): Runtime {
  const send = (commands: readonly string[], options?: ExchangeOptions) =>
    converse(socket, commands, { ...(timeoutMs !== undefined && { timeoutMs }), ...options })
  const ask = async (command: string, options?: ExchangeOptions) => {
    const [reply = ''] = await send([command], options)
    return reply
  }

  return {
    async batch(commands, options) {
      if (commands.length === 0) return []
      const replies = await send(
        commands.map(command => command.text),
        options,
      )
      return commands.map(({ text, done }, i) => {
        const reply = (replies[i] ?? '').trim()
        return { command: text, done: done.test(reply), reply }
      })
    },

    async servers(pools, options) {
      if (pools.length === 0) return []
      const replies = await send(
        pools.map(pool => `show servers state ${proxyName(pool)}`),
        options,
      )
      return replies.flatMap((reply, i) => {
        if (!/can't find backend|no such backend/i.test(reply)) return parseServersState(reply)
        throw new HaproxyError('refused', `HAProxy has no backend ${pools[i]}: ${reply.trim()}`)
      })
    },

    async statistics(options) {
      // -1: every proxy; 4: servers only; -1: every server.
      return parseStatistics(await ask('show stat -1 4 -1', options))
    },

    async info(options) {
      const reply = await ask('show info', options)
      const value = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(reply)?.[1] ?? ''
      return {
        version: value('Version'),
        pid: Number(value('Pid')),
        uptimeSeconds: Number(value('Uptime_sec')),
      }
    },
  }
}

/**
 * Sends commands and returns a reply for each.
 *
 * Outside its prompt mode HAProxy separates replies by empty lines, but some
 * replies end with a line feed of their own and some do not, so they could not
 * be told apart. In prompt mode each reply is followed by a line feed and `> `.
 */
async function converse(
  socket: string,
  commands: readonly string[],
  options: ExchangeOptions,
): Promise<string[]> {
  const text = ['prompt', ...commands, 'quit', ''].join('\n')
  const answer = await exchange(socket, text, options)
  const [greeting, ...replies] = answer.split('\n> ')
  const trailing = replies.pop()
  if (greeting !== '' || trailing !== '' || replies.length !== commands.length) {
    throw new HaproxyError(
      'protocol',
      `HAProxy's replies cannot be paired: found ${replies.length}, wanted ${commands.length}; ` +
        `the answer begins ${JSON.stringify(answer.slice(0, 200))}`,
    )
  }
  return replies
}
