import { isDeepStrictEqual } from 'node:util'
import { hasSameFields, type Pool, type ProxyModel } from '../model/proxy-model.js'

/** Returns the pools of a model that have other servers than before; undefined if the models differ in anything else. */
export function changedPools(before: ProxyModel, after: ProxyModel): readonly Pool[] | undefined {
  if (before === after) return []
  const { pools: oldPools, ...old } = before
  const { pools, ...rest } = after
  return isDeepStrictEqual(old, rest) ? poolsWithOtherServers(oldPools, pools) : undefined
}

/** Returns the pools that have other servers than before; undefined if the pools differ in anything else. */
export function poolsWithOtherServers(
  before: readonly Pool[],
  after: readonly Pool[],
): readonly Pool[] | undefined {
  if (after.length !== before.length) return undefined
  const changed: Pool[] = []
  for (const [i, pool] of after.entries()) {
    const old = before[i]
    if (pool === old) continue
    if (!old || !hasSameFields(pool, old)) return undefined
    changed.push(pool)
  }
  return changed
}
