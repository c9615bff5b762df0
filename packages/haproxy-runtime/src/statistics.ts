import { HaproxyError } from './haproxy-error.js'
import { proxyName } from './commands/safe-argument.js'
import {
  parseBackendIds,
  parseStatistics,
  type ServerStatistics,
} from './replies/server-statistics.js'
import type { RuntimeClient } from './runtime-client.js'
import type { ExchangeOptions } from './socket/socket-exchange.js'

/** Sends commands in one write and resolves with their replies. */
type SendCommands = (
  commands: readonly string[],
  options?: ExchangeOptions,
) => Promise<readonly string[]>

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
export function createStatistics(send: SendCommands): RuntimeClient['statistics'] {
  const readAll = async (types: number, options?: ExchangeOptions) => {
    const [reply = ''] = await send([`show stat ${allProxies} ${types} -1`], options)
    return reply
  }
  return async ({ pools, ...options } = {}) => {
    if (pools?.length === 0) return []
    if (!pools) return parseStatistics(await readAll(servers, options))
    const names = pools.map(proxyName)
    if (names.length >= manyPools) return chosen(names, await readAll(backends | servers, options))
    // A reload between the two reads can give an id to another backend.
    for (let reads = 0; reads < maxReads; reads++) {
      const ids = parseBackendIds(await readAll(backends, options))
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
