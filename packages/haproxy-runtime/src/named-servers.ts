import { replyMeaning } from './commands/reply-meaning.js'
import { HaproxyError } from './haproxy-error.js'
import { maxRows } from './reply-lines.js'
import { proxyName, serverName } from './commands/safe-argument.js'
import { namedServer } from './replies/named-server.js'
import type { ServerIds } from './replies/server-ids.js'
import { parseServersState, type RunningServer } from './replies/servers-state.js'
import type { RuntimeClient } from './runtime-client.js'
import type { ExchangeOptions } from './socket/socket-exchange.js'

/**
 * Number of servers that HAProxy prints with `show servers state` in about the
 * time of one server by its id, for which it goes through the whole pool twice.
 */
const worthOne = 32

/** Returns whether a pool is read as a whole for so many of its servers. */
export function isReadWhole(ids: ServerIds, pool: string, count: number): boolean {
  return (ids.size(pool) ?? 0) < worthOne * count
}

/** Creates the query for all servers of pools, which learns their ids. */
export function createServers(
  send: (commands: readonly string[], options?: ExchangeOptions) => Promise<readonly string[]>,
  ids: ServerIds,
): RuntimeClient['servers'] {
  return async (pools, options) => {
    if (pools.length === 0) return []
    const queries = pools.map(pool => `show servers state ${proxyName(pool)}`)
    const replies = await send(queries, options)
    for (const pool of pools) ids.forget(pool)
    const read: RunningServer[] = []
    for (const [i, reply] of replies.entries()) {
      if (replyMeaning(reply, /^1\n/) === 'no-backend')
        throw new HaproxyError('refused', `HAProxy has no backend ${pools[i]}: ${reply.trim()}`)
      // One by one: more than 100,000 arguments are too many for one call of `push`.
      for (const server of parseServersState(reply, { most: maxRows - read.length, ids }))
        read.push(server)
    }
    return read
  }
}

/** Creates the query for a few servers of large pools; all others are read with their pools. */
export function createNamedServers(
  send: (commands: readonly string[], options?: ExchangeOptions) => Promise<readonly string[]>,
  ids: ServerIds,
  servers: RuntimeClient['servers'],
): RuntimeClient['namedServers'] {
  return async (known, options) => {
    const whole = new Set<string>()
    const single: RunningServer[] = []
    const counts = countByPool(known)
    for (const server of known) {
      if (isReadWhole(ids, server.pool, counts.get(server.pool) ?? 0)) whole.add(server.pool)
      else single.push(server)
    }
    const found = new Map<RunningServer, RunningServer>()
    for (const [server, now] of await readSingle(send, ids, single, options)) {
      if (now === 'unclear') whole.add(server.pool)
      else if (now) found.set(server, now)
    }
    const read = new Map<string, Map<string, RunningServer>>()
    for (const server of await servers([...whole], options)) {
      const ofPool = read.get(server.pool) ?? new Map<string, RunningServer>()
      read.set(server.pool, ofPool.set(server.name, server))
    }
    return known.flatMap(server => {
      const { pool, name } = server
      return (whole.has(pool) ? read.get(pool)?.get(name) : found.get(server)) ?? []
    })
  }
}

/** Reads servers by their ids in one write: each as it is now, `undefined` if HAProxy has it no more. */
async function readSingle(
  send: (commands: readonly string[], options?: ExchangeOptions) => Promise<readonly string[]>,
  ids: ServerIds,
  servers: readonly RunningServer[],
  options?: ExchangeOptions,
): Promise<readonly (readonly [RunningServer, RunningServer | undefined | 'unclear'])[]> {
  if (servers.length === 0) return []
  const queries = servers.map(({ pool, name }) => {
    const id = ids.of(pool, name)
    const weight = `get weight ${serverName(pool, name)}`
    return id ? [weight, `show stat #${id.pool} 4 ${id.server}`] : [weight]
  })
  const replies = (await send(queries.flat(), options)).values()
  return servers.map((server, i) => {
    const weights = replies.next().value ?? ''
    const stat = queries[i]?.length === 2 ? replies.next().value : undefined
    if (weights.startsWith('No such server')) return [server, undefined]
    if (stat === undefined) return [server, 'unclear']
    return [server, namedServer(server, { stat, weights }) ?? 'unclear']
  })
}

/** Returns the number of servers of each pool. */
export function countByPool(
  servers: readonly { readonly pool: string }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { pool } of servers) counts.set(proxyName(pool), (counts.get(pool) ?? 0) + 1)
  return counts
}
