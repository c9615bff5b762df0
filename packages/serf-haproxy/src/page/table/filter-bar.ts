import { element, setText } from '../element.js'
import { thousands } from '../format.js'
import { keyedList } from '../keyed-list.js'
import type { TableQuery } from '../route/route.js'

/** Values that a table can be filtered by. */
export interface FilterChoices {
  /** States with their labels. */
  readonly states: Readonly<Record<string, string>>
  readonly pools: readonly string[]
  readonly zones: readonly string[]
}

/** Numbers of rows. */
interface RowCounts {
  readonly shown: number
  readonly all: number
}

/** Search and filters of a table. */
export interface FilterBar {
  readonly root: HTMLElement
  show(query: TableQuery, choices: FilterChoices, counts: RowCounts): void
}

/** Creates search and filters. `onChange` is called with what changed. */
export function filterBar(
  noun: string,
  onChange: (change: Partial<TableQuery>) => void,
): FilterBar {
  const search = element('input', {
    type: 'search',
    id: 'search',
    'aria-label': `Search ${noun}s`,
    'aria-keyshortcuts': '/',
    placeholder: `Search ${noun}s  ( / )`,
    autocomplete: 'off',
    spellcheck: 'false',
  })
  search.addEventListener('input', () => onChange({ q: search.value }))
  const state = choice('State', 'any state', value => onChange({ state: value }))
  const pool = choice('Pool', 'any pool', value => onChange({ pool: value }))
  const zone = choice('Zone', 'any zone', value => onChange({ zone: value }))
  const attention = element('input', { type: 'checkbox' })
  attention.addEventListener('change', () => onChange({ attention: attention.checked }))
  const count = element('p', { role: 'status', class: 'count' })
  return {
    root: element(
      'div',
      { class: 'filters', role: 'search', 'aria-label': `Filter ${noun}s` },
      search,
      state.root,
      pool.root,
      zone.root,
      element('label', { class: 'check' }, attention, 'Needs attention'),
      count,
    ),
    show(query, { states, pools, zones }, { shown, all }) {
      if (search.value !== query.q) search.value = query.q
      state.show(Object.entries(states), query.state)
      pool.show(pools.map(same), query.pool)
      zone.show(zones.map(same), query.zone)
      attention.checked = query.attention
      setText(count, `${thousands(shown)} of ${thousands(all)} ${noun}${all === 1 ? '' : 's'}`)
    },
  }
}

function same(value: string): readonly [string, string] {
  return [value, value]
}

/** Creates a list of choices, which is hidden while there is nothing to choose. */
function choice(label: string, any: string, onChoice: (value: string) => void) {
  const select = element('select', { 'aria-label': label, dir: 'auto' })
  select.addEventListener('change', () => onChoice(select.value))
  const fill = keyedList<readonly [string, string]>(
    select,
    ([value]) => value,
    ([value, text]) => {
      const root = element('option', {}, text)
      // The name of a pool as it is: an attribute would have it escaped.
      root.value = value
      return { root, update: () => {} }
    },
  )
  return {
    root: select,
    show(options: readonly (readonly [string, string])[], chosen: string) {
      // A link can name a value that no row has any more.
      const isKnown = chosen === '' || options.some(([value]) => value === chosen)
      fill([['', any], ...options, ...(isKnown ? [] : [same(chosen)])])
      if (select.value !== chosen) select.value = chosen
      select.hidden = options.length < 2 && chosen === ''
    },
  }
}
