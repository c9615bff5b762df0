import { HaproxyError } from './haproxy-error.js'
import { countByPool, isReadWhole } from './named-servers.js'
import { proxyName, serverName } from './commands/safe-argument.js'
import {
  parseBackendIds,
  parseStatistics,
  type ServerStatistics,
} from './replies/server-statistics.js'
import { ServerIds } from './replies/server-ids.js'
import type { RuntimeClient } from './runtime-client.js'
import type { SendCommands } from './socket/send-together.js'
import type { ExchangeOptions } from './socket/socket-exchange.js'

/** `show stat -1` means all proxies, unless one has the name `-1`. No name has a slash. */
const allProxies = '-1/'
/** Types of rows, as the sum of their bits: 2 for backends, 4 for servers. */
const backends = 2
const servers = 4

/** From this number of pools on it is cheaper to read all servers than each pool by its id. */
const manyPools = 16
const maxReads = 3

/**
 * Creates the query for the statistics of servers.
 *
 * `show stat NAME` answers for the first proxy with that name, which can be a
 * frontend, so pools are read by the ids of their backends.
 */
export function createStatistics(
  send: SendCommands,
  serverIds = new ServerIds(),
): RuntimeClient['statistics'] {
  const readAll = async (types: number, options?: ExchangeOptions) => {
    const [reply = ''] = await send([`show stat ${allProxies} ${types} -1`], options)
    return reply
  }
  /** The ids of the backends as they were read last. */
  let backendIds: ReadonlyMap<string, string> = new Map()
  const ofPools = async (pools: readonly string[] | undefined, options: ExchangeOptions) => {
    if (pools?.length === 0) return []
    if (!pools) return parseStatistics(await readAll(servers, options))
    const names = pools.map(proxyName)
    if (names.length >= manyPools) return chosen(names, await readAll(backends | servers, options))
    // A reload can give an id to another backend, so each reply is checked for the name.
    for (let reads = 0; reads < maxReads; reads++) {
      const isKnown = reads === 0 && names.every(name => backendIds.has(name))
      const ids = isKnown ? backendIds : parseBackendIds(await readAll(backends, options))
      backendIds = ids
      const queries = names.map(name => `show stat #${idOf(name, ids)} ${backends | servers} -1`)
      const replies = await send(queries, options)
      if (replies.every((reply, i) => isOf(names[i], reply)))
        return replies.flatMap(parseStatistics)
    }
    throw new HaproxyError(
      'protocol',
      `Cannot read the statistics of ${names.join(', ')}: the ids of the backends changed ` +
        `during each of ${maxReads} reads; retry when HAProxy does not reload`,
    )
  }
  return async ({ pools, servers: named, ...options } = {}) => {
    if (!named) return ofPools(pools, options)
    const { read, left } = await readSingle(send, serverIds, named, options)
    const others = await ofPools([...new Set(left.map(({ pool }) => pool))], options)
    const wanted = new Set(left.map(({ pool, name }) => serverName(pool, name)))
    return [...read, ...others.filter(({ pool, name }) => wanted.has(serverName(pool, name)))]
  }
}

/** Reads the servers of large pools by their ids in one write; `left` are those to read with their pools. */
async function readSingle(
  send: SendCommands,
  ids: ServerIds,
  named: readonly ServerName[],
  options: ExchangeOptions,
): Promise<{ read: readonly ServerStatistics[]; left: readonly ServerName[] }> {
  const counts = countByPool(named)
  const queries = named.map(({ pool, name }) => {
    const id = isReadWhole(ids, pool, counts.get(pool) ?? 0) ? undefined : ids.of(pool, name)
    return id && `show stat #${id.pool} ${servers} ${id.server}`
  })
  const commands = queries.filter(query => query !== undefined)
  const replies = (commands.length === 0 ? [] : await send(commands, options)).values()
  const read: ServerStatistics[] = []
  const left = named.filter((server, i) => {
    const reply = queries[i] === undefined ? undefined : replies.next().value
    const [found] = reply?.startsWith('# ') ? parseStatistics(reply) : []
    if (found?.pool !== server.pool || found.name !== server.name) return true
    read.push(found)
    return false
  })
  return { read, left }
}

interface ServerName {
  readonly pool: string
  readonly name: string
}

function chosen(names: readonly string[], reply: string): ServerStatistics[] {
  const ids = parseBackendIds(reply)
  for (const name of names) idOf(name, ids)
  const wanted = new Set(names)
  return parseStatistics(reply).filter(({ pool }) => wanted.has(pool))
}

function idOf(name: string, ids: ReadonlyMap<string, string>): string {
  const id = ids.get(name)
  if (id !== undefined) return id
  throw new HaproxyError('refused', `HAProxy has no backend ${name}`)
}

function isOf(name: string | undefined, reply: string): boolean {
  if (name === undefined || reply.startsWith('No such proxy')) return false
  return parseBackendIds(reply).has(name)
}
