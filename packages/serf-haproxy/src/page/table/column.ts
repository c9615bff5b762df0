import type { Tone } from '../format.js'

/** One column of a table. */
export interface Column<T> {
  /** Key in the address of the table. */
  readonly key: string
  readonly label: string
  /** Smallest width, in pixels. */
  readonly width: number
  /** Share of the width that is left over; none if absent. */
  readonly grow?: number
  /** Order in which columns are given up in a narrow table: those with the largest number first. */
  readonly priority: number
  readonly isNumber?: true
  text(row: T): string
  tone?(row: T): Tone | undefined
  /** Address of the view that the text leads to. */
  href?(row: T): string
  compare(a: T, b: T): number
}

/** Returns the columns that fit in a width, in their order; at least those of priority 0. */
export function columnsFor<T>(columns: readonly Column<T>[], width: number): readonly Column<T>[] {
  const sum = (list: readonly Column<T>[]) => list.reduce((all, column) => all + column.width, 0)
  let shown = columns
  while (sum(shown) > width) {
    const least = Math.max(...shown.map(({ priority }) => priority))
    if (least <= 0) break
    shown = shown.filter(({ priority }) => priority !== least)
  }
  return shown
}

/** Returns the track sizes of a table for CSS. */
export function trackSizes<T>(columns: readonly Column<T>[]): string {
  return columns
    .map(({ width, grow }) => (grow === undefined ? `${width}px` : `minmax(${width}px, ${grow}fr)`))
    .join(' ')
}
