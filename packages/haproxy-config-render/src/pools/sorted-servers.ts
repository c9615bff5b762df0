import { compare } from '../model/name-order.js'
import { sameServer, type Server } from '../model/server.js'

/**
 * Returns a pool's sorted servers with changes by name, of which `undefined`
 * removes a server. Without a difference it is the same array.
 */
export function withEdits(
  servers: readonly Server[],
  edits: ReadonlyMap<string, Server | undefined>,
): readonly Server[] {
  const places = [...edits].map(([name, server]) => ({ name, server, at: placeOf(servers, name) }))
  const changes = places
    .filter(({ name, server, at }) => found(servers, at, name) !== server)
    .toSorted((a, b) => a.at - b.at || compare(a.name, b.name))
  if (changes.length === 0) return servers
  const result: Server[] = []
  let from = 0
  for (const { name, server, at } of changes) {
    for (; from < at; from++) result.push(servers[from] as Server)
    if (server) result.push(server)
    if (found(servers, at, name)) from++
  }
  for (; from < servers.length; from++) result.push(servers[from] as Server)
  return result
}

/** Returns sorted servers with the objects of those before that are equal; the same array if all are. */
export function withSame(before: readonly Server[], after: readonly Server[]): readonly Server[] {
  let at = 0
  const result = after.map(server => {
    while (at < before.length && compare(before[at]?.name ?? '', server.name) < 0) at++
    const old = before[at]
    return old && sameServer(old, server) ? old : server
  })
  const isSame = result.length === before.length && result.every((one, i) => one === before[i])
  return isSame ? before : result
}

/** Returns the index of the server with this name, or the index to insert it at. */
function placeOf(servers: readonly Server[], name: string): number {
  let [from, to] = [0, servers.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (compare(servers[middle]?.name ?? '', name) < 0) from = middle + 1
    else to = middle
  }
  return from
}

function found(servers: readonly Server[], at: number, name: string): Server | undefined {
  const server = servers[at]
  return server?.name === name ? server : undefined
}
