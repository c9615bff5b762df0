import type { Layout } from './assemble-output.js'
import { compare } from '../model/name-order.js'
import type { Pool } from '../model/proxy-model.js'
import type { RenderedPool } from './rendered.js'
import { poolOptions } from '../model/pool-options.js'
import { renderedServer, type RenderedServer } from './server-line.js'
import { sameServer, type Server } from '../model/server.js'

/** Rendered pools by name, each with the pool that it was made of. */
export type RenderedPools = ReadonlyMap<
  string,
  { readonly pool: Pool; readonly options: string; readonly rendered: RenderedPool }
>

/** Renders the managed pools of a layout. Pools and servers that are equal to those before are used again. */
export function renderedPools(
  layout: Layout,
  pools: readonly Pool[],
  before: RenderedPools,
): RenderedPools {
  const managed = new Set(
    layout.flatMap(part => (part.kind === 'servers' && part.isManaged ? part.pool : [])),
  )
  return new Map(
    pools.flatMap(pool => {
      if (!managed.has(pool.name)) return []
      const old = before.get(pool.name)
      if (old?.pool === pool) return [[pool.name, old] as const]
      const options = poolOptions(pool)
      const same = old?.options === options ? old : undefined
      const servers = renderedServers(pool.servers, options, same)
      const rendered =
        same?.rendered.servers === servers ? same.rendered : { name: pool.name, servers }
      return [[pool.name, { pool, options, rendered }] as const]
    }),
  )
}

/** Renders sorted servers; the list before if all are equal. */
function renderedServers(
  servers: readonly Server[],
  options: string,
  before?: { readonly pool: Pool; readonly rendered: RenderedPool },
): readonly RenderedServer[] {
  const old = before?.pool.servers ?? []
  const oldRendered = before?.rendered.servers ?? []
  let at = 0
  let isSame = servers.length === old.length
  const result = servers.map(server => {
    // Most servers are identical and at the next place.
    while (at < old.length && old[at] !== server && compare(old[at]?.name ?? '', server.name) < 0)
      at++
    const one = old[at]
    const rendered =
      one && (one === server || sameServer(one, server)) ? oldRendered[at] : undefined
    if (rendered) at++
    isSame &&= rendered !== undefined
    return rendered ?? renderedServer(server, options)
  })
  return isSame ? oldRendered : result
}
