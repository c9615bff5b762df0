/** The entries that a version has and the next one has not: their values, or `absent`. */
type Undo<K, V> = Map<K, V | typeof absent>

const absent = Symbol('absent')

/** The versions that share one Map. It has the entries of the newest. */
interface Lineage<K, V> {
  readonly entries: Map<K, V>
  /** Number of changes since the Map was filled. */
  changes: number
}

/**
 * A map of which every version stays as it is. {@link with} makes the next
 * version in the time of its changes, whatever the size: all versions share one
 * Map with the entries of the newest, and each older version has what to undo.
 * Reading the newest version is as fast as reading a Map. The first read of an
 * older one passes the changes since then, and each further read those that came
 * meanwhile. An older version that is not referenced any more takes no memory.
 *
 * `undefined` is no value: it stands for no entry.
 *
 * @example
 * ```ts
 * import { VersionedMap } from 'versioned-map'
 *
 * const first = VersionedMap.of([['s1', 'alive']])
 * const second = first.with([['s1', 'left'], ['s2', 'alive']])
 * first.get('s1') // => 'alive'
 * second.get('s1') // => 'left'
 * second.size // => 2
 * ```
 */
export class VersionedMap<K, V extends {} | null> implements ReadonlyMap<K, V> {
  readonly #lineage: Lineage<K, V>
  /** Number of entries of this version. */
  readonly size: number
  /** Undefined for the newest version. */
  #later: { readonly version: VersionedMap<K, V>; readonly undo: Undo<K, V> } | undefined
  /** The undos on the way to a later version as one; undefined before the first read. */
  #undone: { until: VersionedMap<K, V>; readonly undo: Undo<K, V> } | undefined

  private constructor(lineage: Lineage<K, V>) {
    this.#lineage = lineage
    this.size = lineage.entries.size
  }

  /** Returns a map as a VersionedMap: the map itself if it is one, else its first version. */
  static of<K, V extends {} | null>(entries: Iterable<readonly [K, V]>): VersionedMap<K, V> {
    if (entries instanceof VersionedMap) return entries as VersionedMap<K, V>
    return new VersionedMap<K, V>({ entries: new Map(entries), changes: 0 })
  }

  /**
   * Returns the next version: each key with its new value, and without the keys
   * whose value is `undefined`. The last value of a key counts. Without a
   * difference it is this version. A change of a version that is not the newest
   * begins with a copy.
   */
  with(changes: Iterable<readonly [K, V | undefined]>): VersionedMap<K, V> {
    // Read first: an iterable can throw, read this version, or make its next one.
    const values = new Map(changes)
    const lineage = this.#lineageOfNext()
    const undo = apply(lineage.entries, values)
    if (undo.size === 0) return this
    lineage.changes += undo.size
    const version = new VersionedMap<K, V>(lineage)
    if (lineage === this.#lineage) this.#later = { version, undo }
    return version
  }

  /** Returns the lineage of this version if the next one can share it, else a new one with a copy. */
  #lineageOfNext(): Lineage<K, V> {
    // An empty version is often a constant, so it must not keep later versions in memory.
    const isShared =
      !this.#later && this.size > 0 && this.#lineage.changes <= mostChanges(this.size)
    return isShared ? this.#lineage : { entries: new Map(this), changes: 0 }
  }

  /** Returns the value of a key in this version; undefined if it has none. */
  get(key: K): V | undefined {
    const before = this.#undo()?.get(key)
    if (before === undefined) return this.#lineage.entries.get(key)
    return before === absent ? undefined : before
  }

  /** Returns true if this version has the key. */
  has(key: K): boolean {
    return this.get(key) !== undefined
  }

  /** @throws Error if a version that shares its Map is made meanwhile */
  *entries(): MapIterator<[K, V]> {
    const undo = this.#undo()
    const { entries, changes } = this.#lineage
    for (const [key, value] of entries) {
      const before = undo?.get(key)
      if (before !== absent) yield [key, before === undefined ? value : before]
      this.#expectNoChangeSince(changes)
    }
    for (const [key, before] of undo ?? []) {
      if (before !== absent && !entries.has(key)) yield [key, before]
      this.#expectNoChangeSince(changes)
    }
  }

  #expectNoChangeSince(changes: number): void {
    if (this.#lineage.changes !== changes)
      throw new Error('A version was changed while it was iterated')
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }

  /** Calls `use` for each entry of this version. */
  forEach(use: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) use(value, key, this)
  }

  /**
   * Returns the keys that were changed on the way from this version to a later
   * one, or back; undefined if neither is a later version of the other.
   */
  touchedUntil(other: ReadonlyMap<K, V>): ReadonlySet<K> | undefined {
    if (other === this) return new Set()
    if (!(other instanceof VersionedMap) || other.#lineage !== this.#lineage) return undefined
    return this.#touchedUpTo(other) ?? other.#touchedUpTo(this)
  }

  #touchedUpTo(later: VersionedMap<K, V>): ReadonlySet<K> | undefined {
    const touched = new Set<K>()
    for (let step = this.#later; step; step = step.version.#later) {
      for (const key of step.undo.keys()) touched.add(key)
      if (step.version === later) return touched
    }
    return undefined
  }

  /** Returns what to undo in the newest version to get this one; undefined if it is the newest. */
  #undo(): Undo<K, V> | undefined {
    if (!this.#later) return undefined
    const undone = (this.#undone ??= { until: this, undo: new Map() })
    for (let later = undone.until.#later; later; later = later.version.#later) {
      for (const [key, before] of later.undo)
        if (!undone.undo.has(key)) undone.undo.set(key, before)
      undone.until = later.version
    }
    return undone.undo
  }
}

/** Applies changes to the entries, and returns what to undo. */
function apply<K, V extends {} | null>(
  entries: Map<K, V>,
  changes: ReadonlyMap<K, V | undefined>,
): Undo<K, V> {
  const undo: Undo<K, V> = new Map()
  for (const [key, value] of changes) {
    const before = entries.get(key)
    if (Object.is(before, value)) continue
    undo.set(key, before === undefined ? absent : before)
    if (value === undefined) entries.delete(key)
    else entries.set(key, value)
  }
  return undo
}

/**
 * Returns the number of changes after which the next version gets a Map of its
 * own. It bounds the memory that an old version takes while it is referenced. One
 * copy in so many changes costs little for each of them.
 */
function mostChanges(size: number): number {
  return Math.max(1024, 4 * size)
}
