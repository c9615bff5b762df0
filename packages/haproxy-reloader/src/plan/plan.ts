import type { RunningServer } from 'haproxy-runtime'
import { operationMs, reloadMs } from './change-cost.js'
import type { DesiredPool, DesiredServer, DesiredState } from './desired-state.js'
import type { Operation } from './operation.js'
import { presentServer, reasonAgainstAdding, type OptionFacts } from './option-difference.js'
import type { ReloadReason, ReloadTrigger } from './reload-trigger.js'
import { serverId } from './server-id.js'
import { withoutServersOfText } from './server-lines.js'
import { departureStep, serverSteps } from './server-steps.js'
import { differenceInText } from './text-difference.js'

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
export interface RunningState extends OptionFacts {
  /** The configuration that its worker loaded; undefined if it is unknown. */
  readonly text: string | undefined
  /** The servers of the managed pools; undefined if HAProxy lacks one of these pools. */
  readonly servers: readonly RunningServer[] | undefined
  /** Servers, as `pool/name`, that have reached their drain deadline. */
  readonly overdue: ReadonlySet<string>
  /**
   * The unmanaged servers of `text`, as `pool/name`; without it those of the
   * desired text.
   */
  readonly unmanaged?: ReadonlySet<string> | undefined
  /** The options that the servers of each pool inherit in `text`; none if it is left out. */
  readonly inherited?: ReadonlyMap<string, string> | undefined
}

/**
 * Computes the steps from the running to the desired state. A pure function.
 *
 * | running                  | desired        | operation                          |
 * |--------------------------|----------------|------------------------------------|
 * | other text but servers   |                | reload                             |
 * | other options            | server         | reload                             |
 * | other options, drained and idle | server  | replace                            |
 * | pool missing             |                | reload                             |
 * | –                        | server         | add                                |
 * | other address or port    | server         | set-address                        |
 * | health check off         | server         | check                              |
 * | agent check off          | server with it | agent-check                        |
 * | agent check on           | server with it | none: the agent sets weight and state |
 * | other weight             | server         | set-weight                         |
 * | maintenance, or drained by hand | server  | enable                             |
 * | server, weight above 0   | –              | drain                              |
 * | server, drained, idle    | –              | remove                             |
 * | server, drained, busy    | –              | none yet; it is in `draining`      |
 * | server, drained, overdue | –              | remove, its sessions cut           |
 * | so many changes that a reload is clearly faster ||  reload                    |
 */
export function plan(running: RunningState, desired: DesiredState): Plan {
  const difference = differenceInText(running.text, desired, running.unmanaged)
  if ('reload' in difference) return reloadPlan(difference.reload)
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
      const known = now && presentServer(server, now, running, difference)
      const isAdded = !known || known.hasOtherOptions
      const reason = isAdded ? reasonAgainstAdding(pool.name, server, difference) : undefined
      if (reason) return reloadPlan(reason)
      const inherited = running.inherited?.get(pool.name)
      const steps = serverSteps(pool.name, server, known, inherited)
      if (steps === 'reload') return reloadPlan(otherOptions(pool.name, server))
      operations.push(...steps)
    }
    const departing = presentCount < present.size ? departingServers(present, pool) : []
    for (const server of withoutServersOfText(departing, desired)) {
      const id = serverId(server)
      const sessions = running.sessions.get(id)
      const step = departureStep({ server, sessions }, running.overdue.has(id))
      if (step) operations.push(step)
      if (step?.kind !== 'remove') draining.push(id)
    }
  }
  const burst = burstReason(operations, desired)
  if (burst !== undefined) return reloadPlan({ trigger: 'burst', reason: burst })
  return operations.length === 0
    ? { kind: 'noop', reason: 'HAProxy runs this already', operations, draining }
    : { kind: 'runtime', reason: describe(operations), operations, draining }
}

function otherOptions(pool: string, { name }: DesiredServer): ReloadReason {
  const reason = `${serverId({ pool, name })} runs with other options and may have clients`
  return { trigger: 'options', reason }
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

function describe(operations: readonly Operation[]): string {
  return operations
    .map(operation => {
      const name = 'server' in operation ? operation.server.name : operation.name
      const weight = operation.kind === 'set-weight' ? ` ${operation.server.weight}` : ''
      return `${operation.kind} ${operation.pool}/${name}${weight}`
    })
    .join(', ')
}
