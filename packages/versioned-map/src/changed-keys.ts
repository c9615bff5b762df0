import { VersionedMap } from './versioned-map.js'

/**
 * Returns the keys whose values are not the same in two maps, as `Object.is`
 * compares. Between versions of one VersionedMap it takes the time of the
 * changes; all entries of other maps are compared.
 *
 * @example
 * ```ts
 * import { changedKeys, VersionedMap } from 'versioned-map'
 *
 * const before = VersionedMap.of([['s1', 1], ['s2', 2]])
 * const after = before.with([['s2', 3]])
 * const keys = [...changedKeys(before, after)]
 * keys // => ['s2']
 * ```
 */
export function changedKeys<K, V extends {} | null>(
  before: ReadonlyMap<K, V>,
  after: ReadonlyMap<K, V>,
): ReadonlySet<K> {
  if (before === after) return new Set()
  const touched = before instanceof VersionedMap ? before.touchedUntil(after) : undefined
  const changed = new Set<K>()
  for (const key of touched ?? keysOf(before, after))
    if (!Object.is(before.get(key), after.get(key))) changed.add(key)
  return changed
}

function* keysOf<K>(before: ReadonlyMap<K, unknown>, after: ReadonlyMap<K, unknown>): Generator<K> {
  yield* after.keys()
  for (const key of before.keys()) if (!after.has(key)) yield key
}
