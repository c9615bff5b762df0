import type { FakePool, FakeServer, FakeWorker } from './worker.js'

/** A server and its pool; or the reply to a target that names none. */
export type FoundServer =
  { readonly pool: FakePool; readonly server: FakeServer } | { readonly refusal: string }

/** Finds a backend as HAProxy does: by its name, or by `#` and its id. */
export function findPool({ pools }: FakeWorker, text: string): FakePool | undefined {
  if (!text.startsWith('#')) return pools.get(text)
  return [...pools.values()].find(({ id }) => id === Number(text.slice(1)))
}

/** Finds the server of a target such as `nodes/s1` or `#3/#1`. */
export function findServer(worker: FakeWorker, target: string): FoundServer {
  const slash = target.indexOf('/')
  if (slash < 0) return { refusal: "Require 'backend/server'.\n" }
  const pool = findPool(worker, target.slice(0, slash))
  if (!pool) return { refusal: 'No such backend.\n' }
  const name = target.slice(slash + 1)
  const server = name.startsWith('#')
    ? [...pool.servers.values()].find(({ id }) => id === Number(name.slice(1)))
    : pool.servers.get(name)
  return server ? { pool, server } : { refusal: 'No such server.\n' }
}
