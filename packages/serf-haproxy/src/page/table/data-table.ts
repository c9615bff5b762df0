import { element } from '../element.js'
import type { TableQuery } from '../route/route.js'
import type { Column } from './column.js'
import { filterBar, type FilterChoices } from './filter-bar.js'
import { Grid } from './grid.js'
import { rowSelector, type RowRules } from './select-rows.js'

/** Parts of a table with search, filters and order. */
export interface DataTableParts<T> {
  /** Name of the table for a screen reader. */
  readonly label: string
  /** One row, in a word. */
  readonly noun: string
  readonly columns: readonly Column<T>[]
  readonly rules: RowRules<T>
  keyOf(row: T): string
  open(row: T): void
  /** Shows the table with another query. */
  change(query: TableQuery): void
}

/** A table with search, filters and order. */
export interface DataTable<T> {
  readonly root: HTMLElement
  update(rows: readonly T[], query: TableQuery, choices: FilterChoices): void
}

/** Creates a table with search, filters and order. */
export function dataTable<T>(parts: DataTableParts<T>): DataTable<T> {
  const { label, noun, columns, rules, keyOf, open, change } = parts
  let query: TableQuery | undefined
  const select = rowSelector(keyOf, rules)
  const bar = filterBar(noun, part => query && change({ ...query, ...part }))
  const grid = new Grid<T>({
    label,
    columns,
    keyOf,
    open,
    sortBy: key => query && change(nextOrder(query, key)),
  })
  const empty = element('p', { class: 'empty' }, `No ${noun} matches the filters.`)
  return {
    root: element('div', { class: 'table' }, bar.root, grid.root, empty),
    update(rows, next, choices) {
      query = next
      const selected = select(rows, next)
      bar.show(next, choices, { shown: selected.length, all: rows.length })
      empty.hidden = selected.length > 0
      grid.show(selected, next)
    },
  }
}

/** Returns the query after one more click on a column: ascending, descending, default order. */
export function nextOrder(query: TableQuery, key: string): TableQuery {
  if (query.sort !== key) return { ...query, sort: key, isDescending: false }
  return query.isDescending
    ? { ...query, sort: '', isDescending: false }
    : { ...query, isDescending: true }
}
