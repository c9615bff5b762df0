/** One item of a list, as it is shown. */
export interface Shown<T> {
  readonly root: Element
  /** Shows the item as it is now. */
  update(item: T): void
}

/**
 * Shows a list in `parent`, and keeps the element of each item while the item
 * is there, by its key: what has the focus keeps it.
 */
export function keyedList<T>(
  parent: Element,
  keyOf: (item: T) => string,
  make: (item: T) => Shown<T>,
): (items: readonly T[]) => void {
  const shown = new Map<string, Shown<T>>()
  return items => {
    const keys = new Set(items.map(keyOf))
    for (const [key, { root }] of shown) {
      if (keys.has(key)) continue
      root.remove()
      shown.delete(key)
    }
    items.forEach((item, i) => {
      const key = keyOf(item)
      const one = shown.get(key) ?? make(item)
      shown.set(key, one)
      one.update(item)
      if (parent.children[i] !== one.root) parent.insertBefore(one.root, parent.children[i] ?? null)
    })
  }
}
