import type { RunningServer } from 'haproxy-runtime'
import { burstReason } from './burst.js'
import type { DesiredPool, DesiredServer, DesiredState } from './desired-state.js'
import type { Operation, ServerOperation } from './operation.js'
import { suspectServers, type OptionFacts } from './option-difference.js'
import { addPoolSteps } from './pool-steps.js'
import type { ReloadReason, ReloadTrigger } from './reload-trigger.js'
import { serverId } from '../servers/server-id.js'
import { withoutServersOfText } from './server-lines.js'
import { ServerTable } from '../servers/server-table.js'
import { departureStep } from './server-steps.js'
import { differenceInText, noDifference, type ServerDifference } from './text-difference.js'

/** The steps from the running to the desired state, and the reason. */
export interface Plan {
  /** Kind of the change: none, commands at run time, or a reload. */
  readonly kind: 'noop' | 'runtime' | 'reload'
  /** Reason for the kind, in words, such as the first difference that needs a reload. */
  readonly reason: string
  /** The kind of reason for a reload. */
  readonly trigger?: ReloadTrigger
  /** Steps at run time, in order; empty for a reload. */
  readonly operations: readonly Operation[]
  /** Departing servers, as `pool/name`, that still have sessions. */
  readonly draining: readonly string[]
}

/** The present state of HAProxy. */
export interface RunningState extends OptionFacts {
  /** The configuration that its worker loaded; undefined if it is unknown. */
  readonly text: string | undefined
  /** The servers of the managed pools; undefined if HAProxy lacks one of these pools. */
  readonly servers: Iterable<RunningServer> | undefined
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
 *
 * @example
 * ```ts
 * import { plan } from 'haproxy-reloader'
 *
 * const text = (...servers: string[]) => ['backend nodes', ...servers, ''].join('\n')
 * const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 1, options: '' }
 * const running = {
 *   text: text(),
 *   servers: [],
 *   overdue: new Set<string>(),
 *   sessions: new Map<string, number>(),
 *   optionsBesideText: new Map<string, string>(),
 *   replaced: new Set<string>(),
 * }
 * const pools = [{ name: 'nodes', servers: [server] }]
 * const desired = { text: text('server s1 10.0.0.1:80 weight 1'), pools }
 * const { kind, operations } = plan(running, desired)
 * kind // => 'runtime'
 * operations // => [{ kind: 'add', pool: 'nodes', server }]
 * ```
 */
export function plan(running: RunningState, desired: DesiredState): Plan {
  return planWithDifference(running, desired).plan
}

/** A plan, and the servers in which the running and the desired text differ. */
export interface PlannedSteps {
  readonly plan: Plan
  readonly difference: ServerDifference
}

/** Returns the plan of {@link plan}, and the servers in which the two texts differ. */
export function planWithDifference(running: RunningState, desired: DesiredState): PlannedSteps {
  const difference = differenceInText(running.text, desired, running.unmanaged)
  if ('reload' in difference)
    return { plan: reloadPlan(difference.reload), difference: noDifference }
  return { plan: stepsTo(running, desired, difference), difference }
}

/** The only servers, by pool, for which there may be something to do. */
export interface Scope {
  /** Desired servers that HAProxy may lack, or have otherwise. */
  readonly changed: ReadonlyMap<string, readonly DesiredServer[]>
  /** Names of servers that are not desired, and that HAProxy may have. */
  readonly departing: ReadonlyMap<string, ReadonlySet<string>>
}

/** Returns the steps from the running to the desired state, of all servers or of those in the scope. */
export function stepsTo(
  running: Omit<RunningState, 'text'>,
  desired: DesiredState,
  difference: ServerDifference,
  scope?: Scope,
): Plan {
  if (running.servers === undefined) {
    const reason = 'the running HAProxy lacks a pool of the configuration'
    return reloadPlan({ trigger: 'pool', reason })
  }
  const operations: ServerOperation[] = []
  const draining: string[] = []
  const runningServers = ServerTable.of(running.servers)
  const suspects = suspectServers(running, difference)
  const known = [difference.dropped, running.optionsBesideText]
  for (const pool of desired.pools) {
    const present = runningServers.of(pool.name)
    const about = { running, difference, suspects: suspects.get(pool.name) }
    const before = operations.length
    const servers = scope ? (scope.changed.get(pool.name) ?? []) : pool.servers
    const reload = addPoolSteps(operations, { pool, servers }, present, about)
    if (reload) return reloadPlan(reload)
    const added = operations.slice(before).filter(({ kind }) => kind === 'add').length
    const departing = scope
      ? namedServers(present, scope.departing.get(pool.name))
      : withoutServersOfText(departingServers(present, pool, added), desired, known)
    for (const server of departing) {
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

/** Returns a plan to reload. */
export function reloadPlan({ trigger, reason }: ReloadReason): Plan {
  return { kind: 'reload', reason, trigger, operations: [], draining: [] }
}

/** Returns the present servers that are not desired, of which `added` are to be added. */
function departingServers(
  present: ReadonlyMap<string, RunningServer>,
  { servers }: DesiredPool,
  added: number,
): RunningServer[] {
  if (present.size <= servers.length - added) return []
  const desired = new Set(servers.map(({ name }) => name))
  return [...present.values()].filter(({ name }) => !desired.has(name))
}

function namedServers(
  present: ReadonlyMap<string, RunningServer>,
  names: ReadonlySet<string> = new Set(),
): RunningServer[] {
  return [...names].flatMap(name => present.get(name) ?? [])
}

function describe(operations: readonly ServerOperation[]): string {
  return operations
    .map(operation => {
      const name = 'server' in operation ? operation.server.name : operation.name
      const weight = operation.kind === 'set-weight' ? ` ${operation.server.weight}` : ''
      return `${operation.kind} ${operation.pool}/${name}${weight}`
    })
    .join(', ')
}
