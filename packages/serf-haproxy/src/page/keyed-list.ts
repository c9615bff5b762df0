/** The element of one item, and the way to update it. */
export interface Shown<T> {
  readonly root: Element
  /** Shows the new values of the item. */
  update(item: T): void
}

/**
 * Renders a list in `parent`. The element of an item stays while its key is in
 * the list, so that it keeps the focus.
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
