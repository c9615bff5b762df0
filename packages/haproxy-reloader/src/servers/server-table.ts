import type { RunningServer } from 'haproxy-runtime'

/** Running servers by pool and name. */
export interface ServersByPool {
  /** Returns the servers of a pool by name; none if the pool is not known. */
  of(pool: string): ReadonlyMap<string, RunningServer>
}

const none: ReadonlyMap<string, RunningServer> = new Map()

/**
 * Running servers, which their owner changes in place. It allocates little: most
 * servers of a large pool do not change.
 */
export class ServerTable implements ServersByPool, Iterable<RunningServer> {
  readonly #pools = new Map<string, Map<string, RunningServer>>()
  #size = 0

  /** Returns servers as a table: the table itself if they are one. */
  static of(servers: Iterable<RunningServer>): ServerTable {
    if (servers instanceof ServerTable) return servers
    const table = new ServerTable()
    for (const server of servers) table.set(server)
    return table
  }

  /** Number of servers. */
  get size(): number {
    return this.#size
  }

  of(pool: string): ReadonlyMap<string, RunningServer> {
    return this.#pools.get(pool) ?? none
  }

  set(server: RunningServer): void {
    let pool = this.#pools.get(server.pool)
    if (!pool) this.#pools.set(server.pool, (pool = new Map<string, RunningServer>()))
    this.#size -= pool.size
    pool.set(server.name, server)
    this.#size += pool.size
  }

  delete(pool: string, name: string): void {
    if (this.#pools.get(pool)?.delete(name)) this.#size--
  }

  *[Symbol.iterator](): Iterator<RunningServer> {
    for (const pool of this.#pools.values()) yield* pool.values()
  }
}
