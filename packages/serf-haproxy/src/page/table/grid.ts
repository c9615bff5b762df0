import { element, setAttribute } from '../element.js'
import { keyedList } from '../keyed-list.js'
import { placeOf } from './cell-place.js'
import { columnsFor, trackSizes, type Column } from './column.js'
import { placeAfter, type Place } from './grid-keys.js'
import { gridHead, gridRow, type GridHead, type PlacedRow } from './grid-row.js'
import { revealing, windowOf, type Scrolled } from './virtual-window.js'

/** Parts of a grid. */
export interface GridParts<T> {
  /** Name of the grid for a screen reader. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  /** Key that a row keeps while its values change. */
  keyOf(row: T): string
  /** Opens a row: Enter, or a double click. */
  open(row: T): void
  /** Orders the rows by a column. */
  sortBy(column: string): void
}

/** Order of the rows, for the header. */
export interface GridOrder {
  readonly sort: string
  readonly isDescending: boolean
}

/** Width of a table below which a row has two lines, in pixels. */
const narrowBelow = 560

/**
 * A table of any number of rows, of which only the visible ones exist. It is one
 * stop of the Tab key; arrow keys move the focus from cell to cell.
 */
export class Grid<T> {
  readonly root: HTMLElement
  readonly #parts: GridParts<T>
  #top = element('div', { role: 'rowgroup', class: 'grid-top' })
  #body = element('div', { role: 'rowgroup', class: 'grid-body' })
  #columns: readonly Column<T>[] = []
  #head: GridHead | undefined
  #fill: (rows: readonly PlacedRow<T>[]) => void = () => {}
  #rows: readonly T[] = []
  #order: GridOrder = { sort: '', isDescending: false }
  /** The cell that Tab leads to. Its row is followed by its key. */
  #active: Place = { row: 0, column: 0 }
  #activeKey: string | undefined

  constructor(parts: GridParts<T>) {
    this.#parts = parts
    this.root = element('div', { role: 'grid', class: 'grid', 'aria-label': parts.label })
    this.root.addEventListener('scroll', () => this.#render(), { passive: true })
    this.root.addEventListener('keydown', event => this.#onKey(event))
    this.root.addEventListener('focusin', event => this.#onFocus(event))
    this.root.addEventListener('click', event => this.#onClick(event))
    this.root.addEventListener('dblclick', ({ target }) => this.#openAt(placeOf(target)))
    new ResizeObserver(() => this.#layOut()).observe(this.root)
  }

  /** Shows these rows. The focus stays with its row. */
  show(rows: readonly T[], order: GridOrder): void {
    this.#rows = rows
    this.#order = order
    this.#followActive()
    setAttribute(this.root, 'aria-rowcount', String(rows.length + 1))
    this.#render()
  }

  get #rowHeight(): number {
    return this.root.classList.contains('narrow') ? 58 : 34
  }

  get #scrolled(): Scrolled {
    const { scrollTop, clientHeight } = this.root
    const height = clientHeight - this.#top.offsetHeight
    return { scrollTop, height, rowHeight: this.#rowHeight, count: this.#rows.length }
  }

  /** Chooses the columns that fit, and makes the rows again if they have changed. */
  #layOut(): void {
    const width = this.root.clientWidth
    this.root.classList.toggle('narrow', width < narrowBelow)
    const columns = columnsFor(this.#parts.columns, width)
    if (columns.length !== this.#columns.length) {
      this.#columns = columns
      this.#head = gridHead(columns)
      this.#top = element('div', { role: 'rowgroup', class: 'grid-top' }, this.#head.root)
      this.#body = element('div', { role: 'rowgroup', class: 'grid-body' })
      this.#fill = keyedList<PlacedRow<T>>(
        this.#body,
        ({ item }) => this.#parts.keyOf(item),
        () => gridRow(columns),
      )
      this.root.replaceChildren(this.#top, this.#body)
      this.root.style.setProperty('--tracks', trackSizes(columns))
    }
    this.#render()
  }

  #render(): void {
    if (this.#columns.length === 0) return
    const { from, to } = windowOf(this.#scrolled)
    const indexes = new Set(Array.from({ length: to - from }, (_, i) => from + i))
    // The row of the focus exists, wherever the table is scrolled to.
    if (this.#active.row >= 0) indexes.add(this.#active.row)
    const hadFocus = this.root.contains(document.activeElement)
    const rowHeight = this.#rowHeight
    this.#body.style.height = `${this.#rows.length * rowHeight}px`
    this.#fill(
      [...indexes]
        .toSorted((a, b) => a - b)
        .flatMap(index => {
          const item = this.#rows[index]
          return item === undefined ? [] : [{ item, index, top: index * rowHeight }]
        }),
    )
    this.#head?.showOrder(this.#order.sort, this.#order.isDescending)
    const active = this.#markActive()
    if (hadFocus && document.activeElement !== active) active?.focus({ preventScroll: true })
  }

  #followActive(): void {
    const { keyOf } = this.#parts
    const { row, column } = this.#active
    if (row < 0) return
    const there = this.#rows[row]
    if (there !== undefined && keyOf(there) === this.#activeKey) return
    const moved =
      this.#activeKey === undefined
        ? -1
        : this.#rows.findIndex(each => keyOf(each) === this.#activeKey)
    const next = moved === -1 ? Math.max(0, Math.min(row, this.#rows.length - 1)) : moved
    this.#active = { row: next, column }
    if (!this.root.contains(document.activeElement)) return
    this.#setActive(this.#active)
  }

  #setActive(place: Place): void {
    this.#active = place
    const item = this.#rows[place.row]
    this.#activeKey = item === undefined ? undefined : this.#parts.keyOf(item)
  }

  /** Makes the active cell the only one that Tab leads to, and returns it. */
  #markActive(): HTMLElement | undefined {
    const { row, column } = this.#active
    const wanted = this.root.querySelector<HTMLElement>(
      `[aria-rowindex="${row + 2}"] > :nth-child(${Math.min(column, this.#columns.length - 1) + 1})`,
    )
    // An empty table is reached by its header.
    const cell = wanted ?? this.#top.querySelector<HTMLElement>('[role=columnheader]') ?? undefined
    for (const other of this.root.querySelectorAll('[tabindex="0"]'))
      if (other !== cell) other.setAttribute('tabindex', '-1')
    cell?.setAttribute('tabindex', '0')
    return cell
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' || (event.key === ' ' && this.#active.row < 0)) {
      event.preventDefault()
      return this.#openAt(this.#active)
    }
    const { height, rowHeight } = this.#scrolled
    const size = { rows: this.#rows.length, columns: this.#columns.length }
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const place = placeAfter(this.#active, event, { ...size, page })
    if (!place) return
    event.preventDefault()
    this.#setActive(place)
    if (place.row >= 0) this.root.scrollTop = revealing(place.row, this.#scrolled)
    this.#render()
    this.#markActive()?.focus({ preventScroll: true })
  }

  #onFocus({ target }: FocusEvent): void {
    const place = placeOf(target)
    if (!place || (place.row === this.#active.row && place.column === this.#active.column)) return
    this.#setActive(place)
    this.#markActive()
  }

  #onClick({ target }: MouseEvent): void {
    const place = placeOf(target)
    if (place && place.row < 0) this.#openAt(place)
  }

  #openAt(place: Place | undefined): void {
    const column = this.#columns[place?.column ?? -1]
    if (!place || !column) return
    if (place.row < 0) return this.#parts.sortBy(column.key)
    const item = this.#rows[place.row]
    if (item !== undefined) this.#parts.open(item)
  }
}
