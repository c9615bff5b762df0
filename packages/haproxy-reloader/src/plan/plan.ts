import type { RunningServer } from 'haproxy-runtime'
import { operationMs, reloadMs } from './change-cost.js'
import type { DesiredPool, DesiredServer, DesiredState } from './desired-state.js'
import type { ReloadReason, ReloadTrigger } from './reload-trigger.js'
import { differenceInText } from './text-difference.js'

/** One step that a running HAProxy can take without a reload. */
export type Operation =
  | { readonly kind: 'add'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'move'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'weigh'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'check'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'ready'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'drain'; readonly pool: string; readonly name: string }
  | { readonly kind: 'remove'; readonly pool: string; readonly name: string; readonly cut: boolean }

/** What is to be done, and why. */
export interface Plan {
  readonly kind: 'noop' | 'runtime' | 'reload'
  readonly reason: string
  /** Which kind of reason, where it is a reload. */
  readonly trigger?: ReloadTrigger
  readonly operations: readonly Operation[]
  /** Servers, as `pool/name`, that are on their way out and still have sessions. */
  readonly draining: readonly string[]
}

/** What HAProxy runs now. */
export interface RunningState {
  /** The configuration that its worker was started with; undefined where nobody knows. */
  readonly text: string | undefined
  /** The servers of the managed pools; undefined where HAProxy has not all of these pools. */
  readonly servers: readonly RunningServer[] | undefined
  /** Sessions under way, by `pool/name`, of servers that are on their way out. */
  readonly sessions: ReadonlyMap<string, number>
  /** Servers, by `pool/name`, whose time to drain is over. */
  readonly overdue: ReadonlySet<string>
}

/**
 * How to get from what runs to what is desired. Pure.
 *
 * | running                  | desired        | operation                          |
 * |--------------------------|----------------|------------------------------------|
 * | other text but servers   |                | reload                             |
 * | other options            | server         | reload                             |
 * | pool missing             |                | reload                             |
 * | –                        | server         | add                                |
 * | other address or port    | server         | move                               |
 * | other weight             | server         | weigh                              |
 * | checks off               | server         | check                              |
 * | maintenance, or drained by hand | server  | ready                              |
 * | server, weight above 0   | –              | drain                              |
 * | server, drained, idle    | –              | remove                             |
 * | server, drained, busy    | –              | none yet; it is in `draining`      |
 * | server, drained, overdue | –              | remove, its sessions cut           |
 * | so far from it that a reload would be there clearly sooner || reload          |
 */
export function plan(running: RunningState, desired: DesiredState): Plan {
  const difference = differenceInText(running.text, desired)
  if (difference) return reloadBecause(difference)
  if (running.servers === undefined) {
    const reason = 'the running HAProxy lacks a pool of the configuration'
    return reloadBecause({ trigger: 'pool', reason })
  }
  const operations: Operation[] = []
  const draining: string[] = []
  const runningPools = byPool(running.servers)
  for (const pool of desired.pools) {
    const present = runningPools.get(pool.name) ?? new Map<string, RunningServer>()
    let found = 0
    for (const server of pool.servers) {
      const now = present.get(server.name)
      if (now) found++
      addStepsTowards(operations, pool.name, server, now)
    }
    for (const server of found < present.size ? leaving(present, pool) : []) {
      const departure = away(server, running)
      if (departure) operations.push(departure)
      if (departure?.kind !== 'remove') draining.push(serverId(server))
    }
  }
  const burst = tooManyAtOnce(operations, desired)
  if (burst !== undefined) return reloadBecause({ trigger: 'burst', reason: burst })
  return operations.length === 0
    ? { kind: 'noop', reason: 'HAProxy runs this already', operations, draining }
    : { kind: 'runtime', reason: describe(operations), operations, draining }
}

/** A plan to reload. */
export function reloadBecause({ trigger, reason }: ReloadReason): Plan {
  return { kind: 'reload', reason, trigger, operations: [], draining: [] }
}

/**
 * Why a reload is the better way for so many operations; undefined where it is
 * not. A reload has to be clearly sooner: it leaves an old worker behind, and
 * forgets what the checks have found.
 */
function tooManyAtOnce(
  operations: readonly Operation[],
  { pools }: DesiredState,
): string | undefined {
  // A pool that grows is, on the whole, half of what is added smaller than in the end.
  const sizes = new Map(pools.map(({ name, servers }) => [name, servers.length]))
  for (const { kind, pool } of operations) {
    if (kind === 'add') sizes.set(pool, (sizes.get(pool) ?? 0) - 0.5)
  }
  const atRuntime = operations.reduce(
    (sum, { kind, pool }) => sum + operationMs(kind, sizes.get(pool) ?? 0),
    0,
  )
  const byReload = reloadMs(pools.reduce((sum, { servers }) => sum + servers.length, 0))
  if (atRuntime < clearlySooner * byReload) return undefined
  const [longer, shorter] = [atRuntime, byReload].map(Math.round)
  return `${operations.length} changes at run time would take some ${longer} ms, a reload ${shorter} ms`
}

const clearlySooner = 2

/** How a server is called across pools. */
export function serverId({ pool, name }: { readonly pool: string; readonly name: string }): string {
  return `${pool}/${name}`
}

/** By pool and name. Most servers of a large pool stay as they are, so that little is made for each. */
function byPool(servers: readonly RunningServer[]): Map<string, Map<string, RunningServer>> {
  const pools = new Map<string, Map<string, RunningServer>>()
  for (const server of servers) {
    const pool = pools.get(server.pool)
    if (pool) pool.set(server.name, server)
    else pools.set(server.pool, new Map([[server.name, server]]))
  }
  return pools
}

/** The servers that are there and not desired. */
function leaving(
  present: ReadonlyMap<string, RunningServer>,
  { servers }: DesiredPool,
): RunningServer[] {
  const wanted = new Set(servers.map(({ name }) => name))
  return [...present.values()].filter(({ name }) => !wanted.has(name))
}

/** Adds the operations that make one server what it should be. */
function addStepsTowards(
  operations: Operation[],
  pool: string,
  server: DesiredServer,
  present: RunningServer | undefined,
): void {
  if (!present) {
    operations.push({ kind: 'add', pool, server })
    return
  }
  if (present.address !== server.address || present.port !== server.port) {
    operations.push({ kind: 'move', pool, server })
  }
  if (present.weight !== server.weight) operations.push({ kind: 'weigh', pool, server })
  if (!present.checked && server.options !== '' && /\bcheck\b/.test(server.options))
    operations.push({ kind: 'check', pool, server })
  if (present.admin !== 'ready') operations.push({ kind: 'ready', pool, server })
}

/** The next step of a server that is to go, or none while it has sessions. */
function away(server: RunningServer, running: RunningState): Operation | undefined {
  const { pool, name } = server
  const id = serverId(server)
  if (server.admin === 'maint') return { kind: 'remove', pool, name, cut: running.overdue.has(id) }
  if (server.weight > 0) return { kind: 'drain', pool, name }
  if (running.overdue.has(id)) return { kind: 'remove', pool, name, cut: true }
  return running.sessions.get(id) === 0 ? { kind: 'remove', pool, name, cut: false } : undefined
}

function describe(operations: readonly Operation[]): string {
  return operations
    .map(operation => {
      const name = 'server' in operation ? operation.server.name : operation.name
      const weight = operation.kind === 'weigh' ? ` ${operation.server.weight}` : ''
      return `${operation.kind} ${operation.pool}/${name}${weight}`
    })
    .join(', ')
}
