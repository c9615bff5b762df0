/** A pool with the names of its servers. */
export interface PoolServers {
  readonly name: string
  readonly servers: readonly { readonly name: string }[]
}

/** Inverts pool → servers: the names of the pools that each member is in, in the pools' order. */
export function poolsByMember(
  pools: readonly PoolServers[],
): ReadonlyMap<string, readonly string[]> {
  const poolsOf = new Map<string, string[]>()
  for (const pool of pools) {
    for (const { name } of pool.servers) {
      const known = poolsOf.get(name)
      if (known) known.push(pool.name)
      else poolsOf.set(name, [pool.name])
    }
  }
  return poolsOf
}
