/** The ids of a pool and of its servers. */
interface PoolIds {
  readonly pool: number
  readonly byName: Map<string, number>
  readonly taken: boolean[]
  /** No id below is free. */
  lowestFree: number
}

/**
 * The ids of backends and servers, as `show servers state` had them last, and
 * since then changed as HAProxy changes them: a server that is added gets the
 * smallest free id of its pool. Commands of others are not known here, so a reply
 * by id counts only if it has the expected name.
 */
export class ServerIds {
  readonly #pools = new Map<string, PoolIds>()

  /** Returns the number of servers of a pool; undefined if its ids are not known. */
  size(pool: string): number | undefined {
    return this.#pools.get(pool)?.byName.size
  }

  /** Returns the ids of a server; undefined if its pool has no server of this name, as far as known. */
  of(pool: string, name: string): { readonly pool: number; readonly server: number } | undefined {
    const ids = this.#pools.get(pool)
    const server = ids?.byName.get(name)
    return ids && server !== undefined ? { pool: ids.pool, server } : undefined
  }

  /** Forgets the ids of a pool. */
  forget(pool: string): void {
    this.#pools.delete(pool)
  }

  /** Notes a server with its ids. */
  learn(pool: string, name: string, id: { readonly pool: number; readonly server: number }): void {
    let ids = this.#pools.get(pool)
    if (ids?.pool !== id.pool) {
      ids = { pool: id.pool, byName: new Map(), taken: [true], lowestFree: 1 }
      this.#pools.set(pool, ids)
    }
    ids.byName.set(name, id.server)
    ids.taken[id.server] = true
  }

  /** Notes the servers that a successful command adds or removes. */
  changedBy(text: string): void {
    const [verb, object, target = ''] = text.split(' ', 3)
    if (object !== 'server' || (verb !== 'add' && verb !== 'del')) return
    const [pool = '', name = ''] = target.split('/')
    const ids = this.#pools.get(pool)
    if (!ids) return
    if (verb === 'add') add(ids, name)
    else remove(ids, name)
  }
}

function add(ids: PoolIds, name: string): void {
  while (ids.taken[ids.lowestFree]) ids.lowestFree++
  ids.taken[ids.lowestFree] = true
  ids.byName.set(name, ids.lowestFree)
}

function remove(ids: PoolIds, name: string): void {
  const id = ids.byName.get(name)
  if (id === undefined) return
  ids.byName.delete(name)
  ids.taken[id] = false
  ids.lowestFree = Math.min(ids.lowestFree, id)
}
