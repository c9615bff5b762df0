import type { Place } from './grid-keys.js'

/** Returns the place of the cell that an event is in. */
export function placeOf(target: EventTarget | null): Place | undefined {
  if (!(target instanceof Element)) return undefined
  const cell = target.closest('[role=gridcell], [role=columnheader]')
  const row = cell?.parentElement
  if (!cell || !row) return undefined
  const column = [...row.children].indexOf(cell)
  return { row: Number(row.getAttribute('aria-rowindex')) - 2, column }
}
