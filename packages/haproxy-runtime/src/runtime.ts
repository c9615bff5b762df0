import { capabilitiesOf } from './replies/capabilities.js'
import { sendCommands } from './socket/send-commands.js'
import { createPatternList } from './commands/pattern-list.js'
import { replyMeaning } from './commands/reply-meaning.js'
import { parseInfo } from './replies/process-info.js'
import type { RuntimeClient } from './runtime-client.js'
import { createNamedServers, createServers } from './named-servers.js'
import { createServerChanges } from './server-changes.js'
import { createStatistics } from './statistics.js'
import { ServerIds } from './replies/server-ids.js'
import { parseSessions } from './replies/session-list.js'
import { sendTogether } from './socket/send-together.js'
import { createExchange, type ExchangeOptions } from './socket/socket-exchange.js'

/**
 * Creates a client for a running HAProxy's stats socket (`level admin`). It
 * connects for each call, so that HAProxy may start, stop and reload between
 * calls. It runs a few calls at a time and queues a limited number of others.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRuntimeClient } from 'haproxy-runtime'
 * import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'haproxy-'))
 * const configFile = join(folder, 'haproxy.cfg')
 * const [runtimeSocket, masterSocket] = [join(folder, 'r.sock'), join(folder, 'm.sock')]
 * await writeFile(configFile, 'backend nodes\n')
 * const haproxy = await startFakeHaproxy({ runtimeSocket, masterSocket, configFile })
 * const runtime = createRuntimeClient({ socket: runtimeSocket, timeoutMs: 2000 })
 * await runtime.addServer('nodes', { name: 's1', address: '10.0.0.1', port: 80 })
 * const servers = await runtime.servers(['nodes'])
 * servers.map(({ name, address }) => `${name} ${address}`) // => ['s1 10.0.0.1']
 * await haproxy.close()
 * await rm(folder, { recursive: true })
 * ```
 */
export function createRuntimeClient({
  socket,
  timeoutMs,
  maxReplyBytes,
}: {
  /** Path of the stats socket. */
  socket: string
  /** Time limit of a call, in milliseconds. @defaultValue 2,000 */
  timeoutMs?: number
  /** Size limit of a reply, in bytes. @defaultValue 32 MiB */
  maxReplyBytes?: number
}): RuntimeClient {
  const exchange = createExchange(socket, { timeoutMs, maxReplyBytes })
  const send = (commands: readonly string[], options?: ExchangeOptions) =>
    sendCommands(exchange, commands, options)
  const ids = new ServerIds()
  const ask = sendTogether(send)
  const query = async (command: string, options?: ExchangeOptions) => {
    const [reply = ''] = await ask([command], options)
    return reply
  }

  const batch: RuntimeClient['batch'] = async (commands, options) => {
    if (commands.length === 0) return []
    const texts = commands.map(({ text }) => text)
    const replies = await send(texts, options)
    return commands.map(({ text, done }, i) => {
      const reply = (replies[i] ?? '').trim()
      const meaning = replyMeaning(reply, done)
      if (meaning === 'done') ids.changedBy(text)
      return { command: text, done: meaning === 'done', meaning, reply }
    })
  }
  const servers = createServers(ask, ids)
  const info: RuntimeClient['info'] = async options => parseInfo(await query('show info', options))
  const capabilities: RuntimeClient['capabilities'] = async options =>
    capabilitiesOf((await info(options)).version)
  return {
    ...createServerChanges(batch, capabilities),
    batch,
    info,
    capabilities,
    servers,
    namedServers: createNamedServers(ask, ids, servers),
    statistics: createStatistics(ask, ids),
    sessions: async options => parseSessions(await query('show sess', options)),
    map: id => createPatternList('map', id, send),
    acl: id => createPatternList('acl', id, send),
  }
}
