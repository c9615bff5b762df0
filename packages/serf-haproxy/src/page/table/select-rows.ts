import { wholeTable, type TableQuery } from '../route/route.js'

/** Ways to filter and to order the rows of one table. */
export interface RowRules<T> {
  /** True if a text of the row contains a text in lower case. */
  contains(row: T, wanted: string): boolean
  hasState(row: T, state: string): boolean
  poolsOf(row: T): readonly string[]
  zoneOf(row: T): string
  needsAttention(row: T): boolean
  /** Orders rows by the column with this key; undefined for an unknown key. */
  compare(key: string): ((a: T, b: T) => number) | undefined
  /** Orders rows that need attention first. */
  byConcern(a: T, b: T): number
}

/** Returns the rows that a query selects, in no particular order. */
export function filterRows<T>(rows: readonly T[], query: TableQuery, rules: RowRules<T>): T[] {
  const wanted = query.q.trim().toLowerCase()
  const { state, pool, zone, attention } = query
  return rows.filter(
    row =>
      (!attention || rules.needsAttention(row)) &&
      (state === '' || rules.hasState(row, state)) &&
      (pool === '' || rules.poolsOf(row).includes(pool)) &&
      (zone === '' || rules.zoneOf(row) === zone) &&
      (wanted === '' || rules.contains(row, wanted)),
  )
}

/**
 * Returns a function that selects and orders rows at each update. It starts from
 * the order of the update before: rows that are almost in order are sorted in one
 * comparison each.
 */
export function rowSelector<T>(
  keyOf: (row: T) => string,
  rules: RowRules<T>,
): (rows: readonly T[], query: TableQuery) => readonly T[] {
  let last: Selection<T> | undefined
  return (rows, query) => {
    if (last?.rows === rows && last.query === query) return last.selected
    const before = last && hasSameKeys(last.rows, rows, keyOf) ? last.order : undefined
    const order = before ?? rows.map((_, i) => i)
    const compare = rules.compare(query.sort) ?? rules.byConcern
    const sign = query.isDescending ? -1 : 1
    const sorted = order.toSorted((i, j) => {
      const [a, b] = [rows[i] as T, rows[j] as T]
      return sign * compare(a, b) || rules.byConcern(a, b)
    })
    const ordered = sorted.map(i => rows[i] as T)
    const selected = query === wholeTable ? ordered : filterRows(ordered, query, rules)
    last = { rows, query, order: sorted, selected }
    return selected
  }
}

/** The result of an update. */
interface Selection<T> {
  readonly rows: readonly T[]
  readonly query: TableQuery
  /** Places of all rows in their list, in order. */
  readonly order: readonly number[]
  readonly selected: readonly T[]
}

function hasSameKeys<T>(a: readonly T[], b: readonly T[], keyOf: (row: T) => string): boolean {
  return a.length === b.length && a.every((row, i) => keyOf(row) === keyOf(b[i] as T))
}

/** Keys of the names that were compared. */
const nameKeys = new Map<string, string>()
const mostNameKeys = 50_000

/** Compares names so that `s2` is before `s10`; quickly, as 10,000 names are sorted each second. */
export function compareNames(a: string, b: string): number {
  return compareKeys(nameKey(a), nameKey(b))
}

/** Compares keys by their characters. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Returns a text that orders a name by its numbers, and not by its case. */
export function nameKey(name: string): string {
  const known = nameKeys.get(name)
  if (known !== undefined) return known
  if (nameKeys.size >= mostNameKeys) nameKeys.clear()
  // A number with more digits is larger.
  const key = name
    .toLowerCase()
    .replaceAll(/0*(\d+)/g, (_, digits: string) => String.fromCharCode(48 + digits.length) + digits)
  nameKeys.set(name, key)
  return key
}

/** Compares texts as a reader does: `s2` is before `s10`. */
export const compareTexts: (a: string, b: string) => number = new Intl.Collator('en', {
  numeric: true,
}).compare

/** Compares numbers; an absent one is the smallest. */
export function compareNumbers(a: number | undefined, b: number | undefined): number {
  return (a ?? -1) - (b ?? -1)
}
