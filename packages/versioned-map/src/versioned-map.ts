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
 * Reading the newest version is as fast as reading a Map. Reading an older one
 * passes the changes since then. An older version that is not referenced any
 * more takes no memory.
 *
 * `undefined` is no value: it stands for no entry.
 */
export class VersionedMap<K, V extends {} | null> implements ReadonlyMap<K, V> {
  readonly #lineage: Lineage<K, V>
  readonly size: number
  /** Undefined for the newest version. */
  #later: { readonly version: VersionedMap<K, V>; readonly undo: Undo<K, V> } | undefined

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
   * whose value is `undefined`. Without a difference it is this version. A change
   * of a version that is not the newest begins with a copy.
   */
  with(changes: Iterable<readonly [K, V | undefined]>): VersionedMap<K, V> {
    // The first entries begin a Map of their own: an empty version is often a constant.
    if (this.size === 0) return this.#first(changes)
    if (this.#later || this.#lineage.changes > mostChanges(this.size))
      return VersionedMap.of<K, V>(new Map(this)).with(changes)
    const { entries } = this.#lineage
    const undo: Undo<K, V> = new Map()
    for (const [key, value] of changes) {
      const before = entries.get(key)
      if (Object.is(before, value)) continue
      if (!undo.has(key)) undo.set(key, before === undefined ? absent : before)
      if (value === undefined) entries.delete(key)
      else entries.set(key, value)
    }
    if (undo.size === 0) return this
    this.#lineage.changes += undo.size
    const version = new VersionedMap<K, V>(this.#lineage)
    this.#later = { version, undo }
    return version
  }

  #first(changes: Iterable<readonly [K, V | undefined]>): VersionedMap<K, V> {
    const entries = new Map<K, V>()
    for (const [key, value] of changes) {
      if (value === undefined) entries.delete(key)
      else entries.set(key, value)
    }
    return entries.size === 0 ? this : new VersionedMap<K, V>({ entries, changes: 0 })
  }

  get(key: K): V | undefined {
    for (let later = this.#later; later; later = later.version.#later) {
      const before = later.undo.get(key)
      if (before !== undefined) return before === absent ? undefined : before
    }
    return this.#lineage.entries.get(key)
  }

  has(key: K): boolean {
    return this.get(key) !== undefined
  }

  /** @throws Error if the version gets a newer one meanwhile */
  *entries(): MapIterator<[K, V]> {
    const undo = this.#later && this.#undone()
    for (const [key, value] of this.#lineage.entries) {
      const before = undo?.get(key)
      undo?.delete(key)
      if (before === undefined) yield [key, value]
      else if (before !== absent) yield [key, before]
      if (!undo && this.#later) throw new Error('A version was changed while it was iterated')
    }
    for (const [key, before] of undo ?? []) if (before !== absent) yield [key, before]
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

  /** Returns what to undo in the newest version to get this one. */
  #undone(): Undo<K, V> {
    const undone: Undo<K, V> = new Map()
    for (let later = this.#later; later; later = later.version.#later)
      for (const [key, before] of later.undo) if (!undone.has(key)) undone.set(key, before)
    return undone
  }
}

/**
 * Returns the number of changes after which the next version gets a Map of its
 * own. It bounds what an old version that is still referenced keeps alive, and a
 * copy is rare enough to cost nothing for each change.
 */
function mostChanges(size: number): number {
  return Math.max(1024, 4 * size)
}
