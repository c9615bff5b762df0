/** A place where one sequence differs from another. */
export interface Splice<T> {
  /** Index in the first sequence. */
  readonly at: number
  readonly removed: readonly T[]
  readonly added: readonly T[]
}

/**
 * Returns the places where two sequences differ, in order. Equal elements at
 * both ends are only compared. Elements are compared by identity
 * between the ends; where common ones are in another order, it is one place.
 *
 * @param isSame - compares two elements at the ends
 */
export function splicesBetween<T>(
  before: readonly T[],
  after: readonly T[],
  isSame: (a: T, b: T) => boolean = Object.is,
): readonly Splice<T>[] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && isSame(before[start] as T, after[start] as T)) start++
  let end = 0
  while (end < shorter - start && isSame(before.at(-1 - end) as T, after.at(-1 - end) as T)) end++
  const removed = before.slice(start, before.length - end)
  const added = after.slice(start, after.length - end)
  if (removed.length === 0 && added.length === 0) return []
  const places = placesBetween(removed, added) ?? [{ at: 0, removed, added }]
  return places.map(place => ({ ...place, at: place.at + start }))
}

/** Returns the places, if the elements that both have are in the same order. */
function placesBetween<T>(
  before: readonly T[],
  after: readonly T[],
): readonly Splice<T>[] | undefined {
  const [inBefore, inAfter] = [new Set(before), new Set(after)]
  const places: { at: number; removed: T[]; added: T[] }[] = []
  let open: (typeof places)[number] | undefined
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [from, to] = [before[i] as T, after[j] as T]
    if (i < before.length && j < after.length && Object.is(from, to)) {
      open = undefined
      i++
      j++
      continue
    }
    if (!open) places.push((open = { at: i, removed: [], added: [] }))
    if (i < before.length && !inAfter.has(from)) open.removed.push(before[i++] as T)
    else if (j < after.length && !inBefore.has(to)) open.added.push(after[j++] as T)
    else return undefined
  }
  return places
}
