import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError } from './haproxy-error.js'
import type { CommandResult } from './commands/command-result.js'
import * as command from './commands/runtime-command.js'
import type { RuntimeCommand } from './commands/runtime-command.js'
import type { RuntimeClient } from './runtime-client.js'
import type { ExchangeOptions } from './socket/socket-exchange.js'

/** The calls of a client that change one server. */
type ServerChanges = Pick<
  RuntimeClient,
  'addServer' | 'removeServer' | 'drain' | 'ready' | 'maintenance' | 'setWeight' | 'setAddress'
>

const removeTimeoutMs = 2000
const pollMs = 20

/** Creates the calls that change one server, each from a batch of commands. */
export function createServerChanges(
  batch: RuntimeClient['batch'],
  capabilities: RuntimeClient['capabilities'],
): ServerChanges {
  const run = async (commands: readonly RuntimeCommand[], options?: ExchangeOptions) => {
    const refused = (await batch(commands, options)).find(({ done }) => !done)
    if (refused) throw refusal(refused)
  }
  return {
    addServer: (pool, server, options) => {
      const commands = command.addServers([{ pool, server }]).map(each => each.command)
      return run(commands, options)
    },
    async removeServer(pool, name, { cutSessions, timeoutMs = removeTimeoutMs, signal } = {}) {
      const deadline = performance.now() + timeoutMs
      const { waitRemovable } = await capabilities({ timeoutMs, signal })
      await run([command.setMaintenance(pool, name)], { timeoutMs, signal })
      if (cutSessions) await run([command.shutdownSessions(pool, name)], { timeoutMs, signal })
      for (;;) {
        const left = deadline - performance.now()
        const removal = command.deleteServer(pool, name)
        const waiting = waitRemovable && left > 0 ? [command.waitRemovable(pool, name, left)] : []
        const limits = { timeoutMs: left + removeTimeoutMs, signal }
        const last = (await batch([...waiting, removal], limits)).at(-1)
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

function refusal({ command: text, reply }: CommandResult): HaproxyError {
  return new HaproxyError('refused', `HAProxy refused "${text}": ${reply}`)
}

function stillConnected(pool: string, name: string, timeoutMs: number): HaproxyError {
  return new HaproxyError(
    'timeout',
    `The server ${pool}/${name} still has connections after ${timeoutMs} ms and stays in maintenance`,
  )
}
