import { element, setAttribute, setText } from '../element.js'
import type { Shown } from '../keyed-list.js'
import type { Column } from './column.js'

/** One row of a grid: an item, and its place in the order. */
export interface PlacedRow<T> {
  readonly item: T
  readonly index: number
  /** Distance from the first row, in pixels. */
  readonly top: number
}

/** Creates the elements of a row. */
export function gridRow<T>(columns: readonly Column<T>[]): Shown<PlacedRow<T>> {
  const parts = columns.map(column => gridCell(column))
  const root = element('div', { role: 'row', class: 'grid-row' }, ...parts.map(({ root }) => root))
  return {
    root,
    update({ item, index, top }) {
      setAttribute(root, 'aria-rowindex', String(index + 2))
      setAttribute(root, 'data-parity', index % 2 === 0 ? 'even' : 'odd')
      root.style.transform = `translateY(${top}px)`
      for (const { update } of parts) update(item)
    },
  }
}

function gridCell<T>({ key, text, tone, href, isNumber }: Column<T>): Shown<T> {
  const link = href && element('a', { tabindex: '-1', dir: 'auto' })
  const root = cell('gridcell', key, isNumber, ...(link ? [link] : []))
  if (!isNumber) root.setAttribute('dir', 'auto')
  return {
    root,
    update(item) {
      const shown = text(item)
      setText(link ?? root, shown)
      if (link && href) setAttribute(link, 'href', href(item))
      if (tone) setAttribute(root, 'data-tone', tone(item) ?? '')
      if (!isNumber) setAttribute(root, 'title', shown)
    },
  }
}

/** The header of a grid: one cell a column. */
export interface GridHead {
  readonly root: HTMLElement
  /** Shows the column that orders the rows. */
  showOrder(sort: string, isDescending: boolean): void
}

/** Creates the header of a grid. */
export function gridHead<T>(columns: readonly Column<T>[]): GridHead {
  const cells = columns.map(({ key, label, isNumber }) =>
    cell('columnheader', key, isNumber, label),
  )
  return {
    root: element('div', { role: 'row', class: 'grid-row', 'aria-rowindex': '1' }, ...cells),
    showOrder(sort, isDescending) {
      columns.forEach(({ key }, i) => {
        const order = isDescending ? 'descending' : 'ascending'
        const head = cells[i]
        if (head) setAttribute(head, 'aria-sort', key === sort ? order : 'none')
      })
    },
  }
}

function cell(
  role: string,
  column: string,
  isNumber: true | undefined,
  ...children: readonly (Node | string)[]
): HTMLElement {
  const attributes = { role, tabindex: '-1', 'data-column': column }
  return element('div', { ...attributes, class: isNumber ? 'cell number' : 'cell' }, ...children)
}
