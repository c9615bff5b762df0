import type { TableQuery } from '../route/route.js'

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
 * the order of the update before: rows that are almost in order are sorted in a
 * few comparisons each.
 */
export function rowSelector<T>(
  keyOf: (row: T) => string,
  rules: RowRules<T>,
): (rows: readonly T[], query: TableQuery) => readonly T[] {
  let order: readonly string[] = []
  let last: { rows: readonly T[]; query: TableQuery; selected: readonly T[] } | undefined
  return (rows, query) => {
    if (last?.rows === rows && last.query === query) return last.selected
    const selected = inOrder(filterRows(rows, query, rules), order, keyOf)
    const compare = rules.compare(query.sort) ?? rules.byConcern
    const sign = query.isDescending ? -1 : 1
    selected.sort((a, b) => sign * compare(a, b) || rules.byConcern(a, b))
    order = selected.map(keyOf)
    last = { rows, query, selected }
    return selected
  }
}

function inOrder<T>(rows: T[], order: readonly string[], keyOf: (row: T) => string): T[] {
  if (order.length === 0) return rows
  const byKey = new Map(rows.map(row => [keyOf(row), row]))
  const placed: T[] = []
  for (const key of order) {
    const row = byKey.get(key)
    if (row === undefined) continue
    placed.push(row)
    byKey.delete(key)
  }
  return [...placed, ...byKey.values()]
}

/** Keys of the names that were compared. */
const nameKeys = new Map<string, string>()
const mostNameKeys = 50_000

/** Compares names so that `s2` is before `s10`; quickly, as 10,000 names are sorted each second. */
export function compareNames(a: string, b: string): number {
  const [one, other] = [nameKey(a), nameKey(b)]
  return one < other ? -1 : one > other ? 1 : 0
}

function nameKey(name: string): string {
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
