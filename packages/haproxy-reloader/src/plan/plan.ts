import { hasHealthCheck, type RunningServer } from 'haproxy-runtime'
import { operationMs, reloadMs } from './change-cost.js'
import type { DesiredPool, DesiredServer, DesiredState } from './desired-state.js'
import type { ReloadReason, ReloadTrigger } from './reload-trigger.js'
import { differenceInText } from './text-difference.js'

/** One step that a running HAProxy can take without a reload. */
export type Operation =
  | { readonly kind: 'add'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'set-address'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'set-weight'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'check'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'enable'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'drain'; readonly pool: string; readonly name: string }
  | { readonly kind: 'remove'; readonly pool: string; readonly name: string; readonly cut: boolean }

/** The steps from the running to the desired state, and the reason. */
export interface Plan {
  readonly kind: 'noop' | 'runtime' | 'reload'
  readonly reason: string
  /** The kind of reason for a reload. */
  readonly trigger?: ReloadTrigger
  readonly operations: readonly Operation[]
  /** Departing servers, as `pool/name`, that still have sessions. */
  readonly draining: readonly string[]
}

/** The present state of HAProxy. */
export interface RunningState {
  /** The configuration that its worker loaded; undefined if it is unknown. */
  readonly text: string | undefined
  /** The servers of the managed pools; undefined if HAProxy lacks one of these pools. */
  readonly servers: readonly RunningServer[] | undefined
  /** Active sessions of departing servers, by `pool/name`. */
  readonly sessions: ReadonlyMap<string, number>
  /** Servers, as `pool/name`, that have reached their drain deadline. */
  readonly overdue: ReadonlySet<string>
}

/**
 * Computes the steps from the running to the desired state. A pure function.
 *
 * | running                  | desired        | operation                          |
 * |--------------------------|----------------|------------------------------------|
 * | other text but servers   |                | reload                             |
 * | other options            | server         | reload                             |
 * | pool missing             |                | reload                             |
 * | –                        | server         | add                                |
 * | other address or port    | server         | set-address                        |
 * | other weight             | server         | set-weight                         |
 * | health check off         | server         | check                              |
 * | maintenance, or drained by hand | server  | enable                             |
 * | server, weight above 0   | –              | drain                              |
 * | server, drained, idle    | –              | remove                             |
 * | server, drained, busy    | –              | none yet; it is in `draining`      |
 * | server, drained, overdue | –              | remove, its sessions cut           |
 * | so many changes that a reload is clearly faster ||  reload                    |
 */
export function plan(running: RunningState, desired: DesiredState): Plan {
  const difference = differenceInText(running.text, desired)
  if (difference) return reloadPlan(difference)
  if (running.servers === undefined) {
    const reason = 'the running HAProxy lacks a pool of the configuration'
    return reloadPlan({ trigger: 'pool', reason })
  }
  const operations: Operation[] = []
  const draining: string[] = []
  const runningPools = byPool(running.servers)
  for (const pool of desired.pools) {
    const present = runningPools.get(pool.name) ?? new Map<string, RunningServer>()
    let presentCount = 0
    for (const server of pool.servers) {
      const now = present.get(server.name)
      if (now) presentCount++
      addSteps(operations, pool.name, server, now)
    }
    for (const server of presentCount < present.size ? departingServers(present, pool) : []) {
      const step = departureStep(server, running)
      if (step) operations.push(step)
      if (step?.kind !== 'remove') draining.push(serverId(server))
    }
  }
  const burst = burstReason(operations, desired)
  if (burst !== undefined) return reloadPlan({ trigger: 'burst', reason: burst })
  return operations.length === 0
    ? { kind: 'noop', reason: 'HAProxy runs this already', operations, draining }
    : { kind: 'runtime', reason: describe(operations), operations, draining }
}

/** Returns a plan to reload. */
export function reloadPlan({ trigger, reason }: ReloadReason): Plan {
  return { kind: 'reload', reason, trigger, operations: [], draining: [] }
}

/**
 * Returns why a reload is better for so many operations; undefined if it is
 * not. A reload has to be clearly faster, since it leaves an old worker behind
 * and loses the results of the health checks.
 */
function burstReason(
  operations: readonly Operation[],
  { pools }: DesiredState,
): string | undefined {
  // While a pool grows, its average size lacks half of the added servers.
  const sizes = new Map(pools.map(({ name, servers }) => [name, servers.length]))
  for (const { kind, pool } of operations) {
    if (kind === 'add') sizes.set(pool, (sizes.get(pool) ?? 0) - 0.5)
  }
  const atRuntime = operations.reduce(
    (sum, { kind, pool }) => sum + operationMs(kind, sizes.get(pool) ?? 0),
    0,
  )
  const byReload = reloadMs(pools.reduce((sum, { servers }) => sum + servers.length, 0))
  if (atRuntime < clearlyFaster * byReload) return undefined
  const [longer, shorter] = [atRuntime, byReload].map(Math.round)
  return `${operations.length} changes at run time would take some ${longer} ms, a reload ${shorter} ms`
}

const clearlyFaster = 2

/** Returns the name of a server across pools. */
export function serverId({ pool, name }: { readonly pool: string; readonly name: string }): string {
  return `${pool}/${name}`
}

/** Indexes servers by pool and name. It allocates little: most servers of a large pool do not change. */
function byPool(servers: readonly RunningServer[]): Map<string, Map<string, RunningServer>> {
  const pools = new Map<string, Map<string, RunningServer>>()
  for (const server of servers) {
    const pool = pools.get(server.pool)
    if (pool) pool.set(server.name, server)
    else pools.set(server.pool, new Map([[server.name, server]]))
  }
  return pools
}

/** Returns the present servers that are not desired. */
function departingServers(
  present: ReadonlyMap<string, RunningServer>,
  { servers }: DesiredPool,
): RunningServer[] {
  const desired = new Set(servers.map(({ name }) => name))
  return [...present.values()].filter(({ name }) => !desired.has(name))
}

/** Adds the operations that bring one server to its desired state. */
function addSteps(
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
    operations.push({ kind: 'set-address', pool, server })
  }
  if (present.weight !== server.weight) operations.push({ kind: 'set-weight', pool, server })
  if (!present.checked && hasHealthCheck(server.options))
    operations.push({ kind: 'check', pool, server })
  if (present.admin !== 'ready') operations.push({ kind: 'enable', pool, server })
}

/** Returns the next step of a departing server; undefined while it has sessions. */
function departureStep(server: RunningServer, running: RunningState): Operation | undefined {
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
      const weight = operation.kind === 'set-weight' ? ` ${operation.server.weight}` : ''
      return `${operation.kind} ${operation.pool}/${name}${weight}`
    })
    .join(', ')
}
