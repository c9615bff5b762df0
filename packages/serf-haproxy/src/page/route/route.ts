/** Filters and order of a table: each part is one parameter of the address, and left out if it is empty. */
export interface TableQuery {
  /** Text that a row has to contain. */
  readonly q: string
  /** State that a row has to have, such as `down`. */
  readonly state: string
  /** Pool of the rows. */
  readonly pool: string
  /** Zone of the rows. */
  readonly zone: string
  /** True for rows that need attention only. */
  readonly attention: boolean
  /** Key of the column that orders the rows; empty for those that need attention first. */
  readonly sort: string
  /** True for the largest value first. */
  readonly isDescending: boolean
}

/** One view of the page. Its address is the part behind `#`. */
export type Route =
  | { readonly view: 'overview'; readonly table: TableQuery }
  | { readonly view: 'members'; readonly table: TableQuery }
  | { readonly view: 'pool'; readonly name: string; readonly table: TableQuery }
  | { readonly view: 'member'; readonly name: string }
  | { readonly view: 'generation'; readonly number: number }
  | { readonly view: 'map' }
  | { readonly view: 'unknown'; readonly address: string }

/** A table without a filter, in its default order. */
export const wholeTable: TableQuery = {
  q: '',
  state: '',
  pool: '',
  zone: '',
  attention: false,
  sort: '',
  isDescending: false,
}

/** Reads the address of a view, such as `#/pool/web?state=down&sort=-requests`. */
export function parseRoute(hash: string): Route {
  const [path, query] = splitAt(hash.replace(/^#/, ''), '?')
  const unknown: Route = { view: 'unknown', address: hash }
  if (path === '' || path === '/') return { view: 'overview', table: parseTable(query) }
  const [, view = '', , written] = /^\/([a-z]+)(\/([^/]+))?$/.exec(path) ?? []
  const name = decoded(written)
  if (view === 'map' && written === undefined) return { view }
  if (view === 'members' && written === undefined) return { view, table: parseTable(query) }
  if (name === undefined) return unknown
  if (view === 'pool') return { view, name, table: parseTable(query) }
  if (view === 'member') return { view, name }
  if (view === 'generation' && /^\d{1,9}$/.test(name)) return { view, number: Number(name) }
  return unknown
}

/** Returns the address of a view; {@link parseRoute} reads it back. */
export function printRoute(route: Route): string {
  switch (route.view) {
    case 'overview':
      return `#/${printTable(route.table)}`
    case 'members':
      return `#/members${printTable(route.table)}`
    case 'pool':
      return `#/pool/${encodeURIComponent(route.name)}${printTable(route.table)}`
    case 'member':
      return `#/member/${encodeURIComponent(route.name)}`
    case 'generation':
      return `#/generation/${route.number}`
    case 'map':
      return '#/map'
    default:
      return route.address
  }
}

/** Returns the address of a member's view. */
export function memberAddress(name: string): string {
  return printRoute({ view: 'member', name })
}

/** Returns the address of a pool's view. */
export function poolAddress(name: string): string {
  return printRoute({ view: 'pool', name, table: wholeTable })
}

/** Returns the address of a generation's view. */
export function generationAddress(number: number): string {
  return printRoute({ view: 'generation', number })
}

/** Identifies the view without its filters: a view with the same key is updated, not made again. */
export function viewKey(route: Route): string {
  return splitAt(printRoute(route), '?')[0]
}

function parseTable(query: string): TableQuery {
  const parameters = new URLSearchParams(query)
  const text = (name: string) => parameters.get(name) ?? ''
  const [, minus, sort = ''] = /^(-?)(.*)$/s.exec(text('sort')) ?? []
  return {
    q: text('q'),
    state: text('state'),
    pool: text('pool'),
    zone: text('zone'),
    attention: text('attention') === 'yes',
    sort,
    isDescending: minus === '-' && sort !== '',
  }
}

function printTable({ q, state, pool, zone, attention, sort, isDescending }: TableQuery): string {
  const parameters = new URLSearchParams()
  const order = sort === '' ? '' : `${isDescending ? '-' : ''}${sort}`
  const all = { q, state, pool, zone, attention: attention ? 'yes' : '', sort: order }
  for (const [name, value] of Object.entries(all)) if (value !== '') parameters.set(name, value)
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
