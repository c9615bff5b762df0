import type { AgentState, MemberState, PoolState, ServerState } from './agent-state.js'
import { byName } from './by-name.js'

/**
 * The difference between two revisions of the state, as plain JSON data. Members,
 * pools and servers are sorted by name (by code unit, as `<` compares strings), so
 * the place of a new one follows from its name.
 */
export interface StateDelta {
  /** Revision that the client must have. */
  readonly base: number
  /** Revision that the client has afterwards. */
  readonly revision: number
  /**
   * The other fields that changed; `null` for one that is absent now.
   *
   * @defaultValue no change
   */
  readonly state?: { readonly [K in keyof OtherFields]?: OtherFields[K] | null }
  /**
   * Members that changed or are new, and names of those that are gone.
   *
   * @defaultValue no change
   */
  readonly members?: {
    readonly changed: readonly MemberState[]
    readonly removed: readonly string[]
  }
  /**
   * Pools with a change.
   *
   * @defaultValue no change
   */
  readonly pools?: readonly PoolDelta[]
}

/** The fields of the state that are not sent item by item. */
type OtherFields = Omit<AgentState, 'members' | 'pools'>

/** The difference between two revisions of a pool. */
interface PoolDelta {
  /** Name of the pool. */
  readonly name: string
  /**
   * Servers that changed or are new.
   *
   * @defaultValue none
   */
  readonly changed?: readonly ServerState[]
  /**
   * Names of the servers that are gone.
   *
   * @defaultValue none
   */
  readonly removed?: readonly string[]
  /**
   * Set for a pool that the base has not.
   *
   * @defaultValue the base has the pool
   */
  readonly isNew?: true
  /**
   * Set for a pool that is gone.
   *
   * @defaultValue the pool stays
   */
  readonly isGone?: true
}

/**
 * Returns the difference between two states; undefined if they are equal. Parts that
 * are the same objects are not compared any further. Pure.
 */
export function deltaBetween(
  before: AgentState,
  after: AgentState,
  revisions: Pick<StateDelta, 'base' | 'revision'>,
): StateDelta | undefined {
  const state = changedFields(before, after)
  const members = changesOf(before.members, after.members)
  const pools = changedPools(before.pools, after.pools)
  if (!state && !members && pools.length === 0) return undefined
  return {
    ...revisions,
    ...(state && { state }),
    ...(members && { members }),
    ...(pools.length > 0 && { pools }),
  }
}

/** Returns the state of `base` after a delta. Unchanged parts are the same objects. Pure. */
export function withDelta(state: AgentState, delta: StateDelta): AgentState {
  const fields = Object.entries({ ...state, ...delta.state }).filter(([, value]) => value !== null)
  return {
    ...(Object.fromEntries(fields) as unknown as AgentState),
    members: withChanges(state.members, delta.members),
    pools: withPools(state.pools, delta.pools),
  }
}

function changedFields(before: AgentState, after: AgentState): StateDelta['state'] {
  const { members: _, pools: __, ...old } = before
  const { members: ___, pools: ____, ...now } = after
  const names = Object.keys({ ...old, ...now }) as (keyof OtherFields)[]
  const changed = names.filter(name => !isSame(old[name], now[name]))
  if (changed.length === 0) return undefined
  return Object.fromEntries(changed.map(name => [name, now[name] ?? null]))
}

/** Compares JSON data up to the first difference. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(name => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

interface Named {
  readonly name: string
}

interface Changes<T> {
  readonly changed: readonly T[]
  readonly removed: readonly string[]
}

function changesOf<T extends Named>(
  before: readonly T[],
  after: readonly T[],
): Changes<T> | undefined {
  if (before === after) return undefined
  const left = new Map(before.map(item => [item.name, item]))
  const changed = after.filter(item => {
    const known = left.get(item.name)
    left.delete(item.name)
    return known === undefined || !isSame(known, item)
  })
  const removed = [...left.keys()]
  return changed.length + removed.length > 0 ? { changed, removed } : undefined
}

function changedPools(before: readonly PoolState[], after: readonly PoolState[]): PoolDelta[] {
  const old = new Map(before.map(pool => [pool.name, pool]))
  const left = new Set(after.map(({ name }) => name))
  const gone = before.filter(({ name }) => !left.has(name))
  return [
    ...gone.map(({ name }): PoolDelta => ({ name, isGone: true })),
    ...after.flatMap(({ name, servers }) => changedPool(name, old.get(name)?.servers, servers)),
  ]
}

function changedPool(
  name: string,
  before: readonly ServerState[] | undefined,
  after: readonly ServerState[],
): PoolDelta[] {
  if (!before) return [{ name, isNew: true, changed: after }]
  const { changed = [], removed = [] } = changesOf(before, after) ?? {}
  if (changed.length + removed.length === 0) return []
  return [{ name, ...(changed.length > 0 && { changed }), ...(removed.length > 0 && { removed }) }]
}

function withPools(
  pools: readonly PoolState[],
  deltas: readonly PoolDelta[] = [],
): readonly PoolState[] {
  const old = new Map(pools.map(({ name, servers }) => [name, servers]))
  const changed = deltas.flatMap(({ name, isNew, isGone, changed = [], removed = [] }) => {
    if (isGone) return []
    const before = isNew ? [] : (old.get(name) ?? [])
    return { name, servers: withChanges(before, { changed, removed }) }
  })
  const removed = deltas.flatMap(({ name, isGone }) => (isGone ? name : []))
  return withChanges(pools, { changed, removed })
}

/** Returns a list with its changes: what it has keeps its place, and what is new gets the place of its name. */
function withChanges<T extends Named>(
  list: readonly T[],
  { changed, removed }: Changes<T> = { changed: [], removed: [] },
): readonly T[] {
  if (changed.length + removed.length === 0) return list
  const next = new Map(list.map(item => [item.name, item]))
  for (const name of removed) next.delete(name)
  const size = next.size
  for (const item of changed) next.set(item.name, item)
  const items = [...next.values()]
  return next.size > size ? items.toSorted(byName) : items
}
