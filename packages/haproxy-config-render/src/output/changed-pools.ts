import { isDeepStrictEqual } from 'node:util'
import { hasSameFields, type Pool, type ProxyModel } from '../model/proxy-model.js'

/** Returns the pools of a model that have other servers than before; undefined if the models differ in anything else. */
export function changedPools(before: ProxyModel, after: ProxyModel): readonly Pool[] | undefined {
  if (before === after) return []
  const { pools: oldPools, ...old } = before
  const { pools, ...rest } = after
  if (pools.length !== oldPools.length || !isDeepStrictEqual(old, rest)) return undefined
  const changed: Pool[] = []
  for (const [i, pool] of pools.entries()) {
    const old = oldPools[i]
    if (pool === old) continue
    if (!old || !hasSameFields(pool, old)) return undefined
    changed.push(pool)
  }
  return changed
}
