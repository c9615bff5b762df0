/** Position of a scrolled list, in pixels. */
export interface Scrolled {
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
  /** Number of rows. */
  readonly count: number
}

/** Rows above and below the visible ones, which keep quick scrolling free of gaps. */
const overscan = 4
/** Most rows that exist, also in a window of any height. */
const mostRows = 60

/** Returns the rows that exist: `from`, and `to` behind the last one. */
export function windowOf({ scrollTop, height, rowHeight, count }: Scrolled): {
  from: number
  to: number
} {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight)
  const from = Math.max(0, Math.min(first, count) - overscan)
  const visible = Math.ceil(Math.max(0, height) / rowHeight)
  const to = Math.min(count, first + visible + overscan, from + mostRows)
  return { from: Math.min(from, to), to }
}

/** Returns the scroll position that shows the whole of a row, nearest to the present one. */
export function revealing(row: number, { scrollTop, height, rowHeight }: Scrolled): number {
  const top = row * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight - height)
}
