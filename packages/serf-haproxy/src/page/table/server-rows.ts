import type { AgentState, MemberState, PoolState, ServerState } from '../../state/agent-state.js'
import type { Tone } from '../format.js'
import { nameKey } from './select-rows.js'

/** One server of a pool, with its member and its traffic. */
export interface ServerRow {
  /** Name that is unique across pools: a pool's name has no slash. */
  readonly key: string
  /** Text that orders the name by its numbers. */
  readonly order: string
  readonly pool: string
  readonly server: ServerState
  readonly member: MemberState | undefined
  /** Sessions a second, known from the second reading on: in HTTP, requests. */
  readonly perSecond: number
  /** Connection errors, response errors and 5xx responses since the worker started. */
  readonly errors: number
  /** Rates of the latest readings, oldest first; only in a small pool. */
  readonly rates: readonly number[]
  readonly tone: Tone
  /** True if HAProxy sends traffic to it. */
  readonly isUp: boolean
}

/** The servers of one pool. */
export interface PoolRows {
  readonly name: string
  readonly rows: readonly ServerRow[]
}

/** All servers after one reading of HAProxy. */
export interface Reading {
  /** Time of the reading. */
  readonly at: number
  readonly pools: readonly PoolRows[]
  readonly members: readonly MemberState[]
  readonly membersByName: ReadonlyMap<string, MemberState>
}

/** The reading before the first. */
export const noReading: Reading = { at: 0, pools: [], members: [], membersByName: new Map() }

/** Number of servers from which a pool is a table. */
export const denseFrom = 24

const ratesKept = 60
const noRates: readonly number[] = []

/**
 * Returns all servers after one more reading. A row with the same values stays the
 * same object: 10,000 servers are read each second. A lower total means a new
 * worker, and its rate is unknown.
 */
export function withReading(before: Reading, { haproxy, members, pools }: AgentState): Reading {
  const at = haproxy.seenAt ?? 0
  const membersByName =
    members === before.members
      ? before.membersByName
      : new Map(members.map(member => [member.name, member]))
  const earlier = new Map(before.pools.map(pool => [pool.name, pool.rows]))
  const seconds = (at - before.at) / 1000
  return {
    at,
    members,
    membersByName,
    pools: pools.map(pool => ({
      name: pool.name,
      rows: rowsOf(pool, earlier.get(pool.name) ?? [], { seconds, membersByName }),
    })),
  }
}

interface Context {
  /** Time since the reading before. */
  readonly seconds: number
  readonly membersByName: ReadonlyMap<string, MemberState>
}

function rowsOf(
  { name, servers }: PoolState,
  before: readonly ServerRow[],
  context: Context,
): readonly ServerRow[] {
  const known = rowFinder(before)
  const keepsRates = servers.length < denseFrom
  return servers.map((server, i) =>
    rowOf({ pool: name, server }, known(server.name, i), context, keepsRates),
  )
}

/** Returns a search for the row of a server. Most servers keep their place in the list. */
function rowFinder(
  rows: readonly ServerRow[],
): (name: string, place: number) => ServerRow | undefined {
  let byName: Map<string, ServerRow> | undefined
  return (name, place) => {
    const there = rows[place]
    if (there?.server.name === name) return there
    byName ??= new Map(rows.map(row => [row.server.name, row]))
    return byName.get(name)
  }
}

function rowOf(
  { pool, server }: Pick<ServerRow, 'pool' | 'server'>,
  last: ServerRow | undefined,
  { seconds, membersByName }: Context,
  keepsRates: boolean,
): ServerRow {
  const member = membersByName.get(server.name)
  const isIdle = last?.server === server && last.member === member && last.perSecond === 0
  if (isIdle && !keepsRates) return last
  const { connectionErrors = 0, responseErrors = 0, serverErrors = 0 } = server
  const errors = connectionErrors + responseErrors + serverErrors
  const { perSecond, isNext } = rateOf(server, last, seconds)
  const rates = keepsRates
    ? [...(last?.rates ?? noRates), ...(isNext ? [perSecond] : noRates)].slice(-ratesKept)
    : noRates
  const isSame =
    last?.server === server && last.member === member && last.perSecond === perSecond && !keepsRates
  if (isSame) return last
  const key = last?.key ?? `${pool}/${server.name}`
  const order = last?.order ?? nameKey(server.name)
  const tone = toneOf({ server, member })
  return {
    key,
    order,
    pool,
    server,
    member,
    perSecond,
    errors,
    rates,
    tone,
    isUp: isUp({ server }),
  }
}

function rateOf(
  { totalSessions: total = 0 }: ServerState,
  last: ServerRow | undefined,
  seconds: number,
): { perSecond: number; isNext: boolean } {
  if (last && seconds === 0) return { perSecond: last.perSecond, isNext: false }
  const before = last?.server.totalSessions ?? 0
  if (!last || seconds < 0 || total < before) return { perSecond: 0, isNext: false }
  return { perSecond: (total - before) / seconds, isNext: true }
}

/** Returns HAProxy's status of the server. */
export function statusOf({ server }: Pick<ServerRow, 'server'>): string {
  return server.status ?? 'unknown'
}

/** Returns the most severe tone of HAProxy's status and the member's state. */
export function toneOf(row: Pick<ServerRow, 'server' | 'member'>): Tone {
  const { member } = row
  const status = statusOf(row)
  if (status.startsWith('DOWN')) return 'bad'
  if (member?.standing === 'held') return 'held'
  const isLeaving = member !== undefined && member.standing !== 'serving'
  if (isLeaving || member?.suspect || /^(?:DRAIN|MAINT|NOLB)/.test(status)) return 'warn'
  return /^(?:UP|no check)/.test(status) ? 'good' : 'quiet'
}

/** Returns true for a server that HAProxy sends traffic to. */
function isUp(row: Pick<ServerRow, 'server'>): boolean {
  return /^(?:UP|no check)/.test(statusOf(row))
}

/** Returns the sum of the rates, in requests a second. */
export function totalRate(rows: readonly ServerRow[]): number {
  return rows.reduce((sum, { perSecond }) => sum + perSecond, 0)
}
