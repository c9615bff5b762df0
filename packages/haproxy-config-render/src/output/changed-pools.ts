import { isDeepStrictEqual } from 'node:util'
import type { Pool, ProxyModel } from '../model/proxy-model.js'

/** Returns the pools with other servers, as they are after; undefined if the models differ in anything else. */
export function changedPools(before: ProxyModel, after: ProxyModel): readonly Pool[] | undefined {
  if (before === after) return []
  const { pools: oldPools, ...old } = before
  const { pools, ...rest } = after
  if (pools.length !== oldPools.length || !isDeepStrictEqual(old, rest)) return undefined
  const changed = pools.filter((pool, i) => pool !== oldPools[i])
  const isOnlyServers = pools.every((pool, i) => isAlike(pool, oldPools[i]))
  return isOnlyServers ? changed : undefined
}

function isAlike(pool: Pool, old: Pool | undefined): boolean {
  if (pool === old || old === undefined) return pool === old
  const { servers: _, ...fields } = pool
  const { servers: __, ...oldFields } = old
  return isDeepStrictEqual(fields, oldFields)
}
