import { setTimeout as wait } from 'node:timers/promises'
import type { Capabilities } from './replies/capabilities.js'
import { HaproxyError } from './haproxy-error.js'
import type { CommandResult } from './commands/command-result.js'
import * as command from './commands/runtime-command.js'
import type { RuntimeCommand } from './commands/runtime-command.js'
import type { ExchangeOptions } from './socket/socket-exchange.js'

/**
 * Changes of one server. Each resolves when HAProxy has confirmed it.
 *
 * They throw HaproxyError `refused` with HAProxy's words where it does not.
 */
export interface ServerChanges {
  /** Adds a server, starts its checks where its options ask for them, and lets it take traffic. */
  addServer(pool: string, server: NewServer, options?: ExchangeOptions): Promise<void>
  /**
   * Takes a server out and removes it once its last connection has ended;
   * `cutSessions` ends its sessions first.
   *
   * @throws HaproxyError `timeout` where that does not happen in `timeoutMs`; it stays in maintenance.
   */
  removeServer(
    pool: string,
    name: string,
    options?: ExchangeOptions & { cutSessions?: boolean },
  ): Promise<void>
  /** Gives a server no new client. */
  drain(pool: string, name: string, options?: ExchangeOptions): Promise<void>
  /** Lets a server take traffic. */
  ready(pool: string, name: string, options?: ExchangeOptions): Promise<void>
  /** Takes a server out of the traffic, and stops its checks. */
  maintenance(pool: string, name: string, options?: ExchangeOptions): Promise<void>
  /** Sets a server's share of the traffic, 0 to 256. */
  setWeight(pool: string, name: string, weight: number, options?: ExchangeOptions): Promise<void>
  /** Moves a server to another address and port. */
  setAddress(
    pool: string,
    name: string,
    place: { readonly address: string; readonly port: number },
    options?: ExchangeOptions,
  ): Promise<void>
}

/** A server to be added. */
export interface NewServer {
  readonly name: string
  readonly address: string
  readonly port: number
  /** The words of a server line: `weight 10 check inter 500ms`. */
  readonly options?: string
  /** The pool's `cookie` line says `dynamic`: give the server its cookie. */
  readonly dynamicCookie?: boolean
}

type Batch = (
  commands: readonly RuntimeCommand[],
  options?: ExchangeOptions,
) => Promise<CommandResult[]>

const removeTimeoutMs = 2000
const pollMs = 20

/** The changes, each made of a batch of commands. */
export function serverChanges(
  batch: Batch,
  capabilities: (options?: ExchangeOptions) => Promise<Capabilities>,
): ServerChanges {
  const run = async (commands: readonly RuntimeCommand[], options?: ExchangeOptions) => {
    const refused = (await batch(commands, options)).find(({ done }) => !done)
    if (refused) throw refusal(refused)
  }
  return {
    addServer: (pool, server, options) => run(additionOf(pool, server), options),
    async removeServer(pool, name, { cutSessions, timeoutMs = removeTimeoutMs, signal } = {}) {
      const giveUpAt = performance.now() + timeoutMs
      const { waitRemovable } = await capabilities({ timeoutMs, signal })
      await run([command.setMaintenance(pool, name)], { timeoutMs, signal })
      if (cutSessions) await run([command.shutdownSessions(pool, name)], { timeoutMs, signal })
      for (;;) {
        const left = giveUpAt - performance.now()
        const removal = command.deleteServer(pool, name)
        const patient = waitRemovable && left > 0 ? [command.waitRemovable(pool, name, left)] : []
        const limits = { timeoutMs: left + removeTimeoutMs, signal }
        const last = (await batch([...patient, removal], limits)).at(-1)
        if (!last || last.done) return
        if (last.meaning !== 'still-connected') throw refusal(last)
        if (left <= 0) throw stillConnected(pool, name, timeoutMs)
        await wait(pollMs, undefined, { ...(signal && { signal }) })
      }
    },
    drain: (pool, name, options) => run([command.setDrain(pool, name)], options),
    ready: (pool, name, options) => run([command.setReady(pool, name)], options),
    maintenance: (pool, name, options) => run([command.setMaintenance(pool, name)], options),
    setWeight: (pool, name, weight, options) =>
      run([command.setWeight(pool, name, weight)], options),
    setAddress: (pool, name, { address, port }, options) =>
      run([command.setAddress(pool, name, address, port)], options),
  }
}

/** A server has its cookie and its checks before it takes traffic. */
function additionOf(pool: string, server: NewServer): RuntimeCommand[] {
  const { name, address, port, options = '', dynamicCookie = false } = server
  return [
    command.addServer(pool, name, address, port, options),
    ...(dynamicCookie ? [command.enableDynamicCookie(pool)] : []),
    ...(/\bcheck\b/.test(options) ? [command.enableHealth(pool, name)] : []),
    command.setReady(pool, name),
  ]
}

function refusal({ command: text, reply }: CommandResult): HaproxyError {
  return new HaproxyError('refused', `HAProxy refused "${text}": ${reply}`)
}

function stillConnected(pool: string, name: string, timeoutMs: number): HaproxyError {
  return new HaproxyError(
    'timeout',
    `The server ${pool}/${name} still has connections after ${timeoutMs} ms: it stays in maintenance`,
  )
}
