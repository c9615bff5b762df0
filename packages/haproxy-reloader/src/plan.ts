import type { RunningServer } from 'haproxy-runtime'
import type { DesiredPool, DesiredServer, DesiredState } from './desired-state.js'
import { serverOptions, skeleton } from './skeleton.js'

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
 */
export function plan(running: RunningState, desired: DesiredState): Plan {
  const difference = differenceInText(running.text, desired)
  if (difference !== undefined) return reloadBecause(difference)
  if (running.servers === undefined) {
    return reloadBecause('the running HAProxy lacks a pool of the configuration')
  }
  const operations: Operation[] = []
  const draining: string[] = []
  for (const pool of desired.pools) {
    const present = new Map(
      running.servers
        .filter(server => server.pool === pool.name)
        .map(server => [server.name, server]),
    )
    operations.push(
      ...pool.servers.flatMap(server => towards(pool, server, present.get(server.name))),
    )
    const wanted = new Set(pool.servers.map(server => server.name))
    for (const server of present.values()) {
      if (wanted.has(server.name)) continue
      const departure = away(server, running)
      if (departure) operations.push(departure)
      if (departure?.kind !== 'remove') draining.push(serverId(server))
    }
  }
  return operations.length === 0
    ? { kind: 'noop', reason: 'HAProxy runs this already', operations, draining }
    : { kind: 'runtime', reason: describe(operations), operations, draining }
}

/** What of two texts only a reload can bring together, in words; undefined where there is nothing. */
export function differenceInText(from: string | undefined, to: DesiredState): string | undefined {
  const managed = new Set(to.pools.map(pool => pool.name))
  if (from === undefined) return 'what HAProxy was started with is not known'
  if (from === to.text) return undefined
  if (skeleton(from, managed) !== skeleton(to.text, managed)) {
    return 'the configuration differs in more than servers'
  }
  const before = serverOptions(from, managed)
  for (const [id, options] of serverOptions(to.text, managed)) {
    if ((before.get(id) ?? options) !== options) return `the options of ${id} differ`
  }
  return undefined
}

function reloadBecause(reason: string): Plan {
  return { kind: 'reload', reason, operations: [], draining: [] }
}

/** How a server is called across pools. */
export function serverId({ pool, name }: { readonly pool: string; readonly name: string }): string {
  return `${pool}/${name}`
}

/** The operations that make one server what it should be. */
function towards(
  { name: pool }: DesiredPool,
  server: DesiredServer,
  present: RunningServer | undefined,
): Operation[] {
  if (!present) return [{ kind: 'add', pool, server }]
  const operations: Operation[] = []
  if (present.address !== server.address || present.port !== server.port) {
    operations.push({ kind: 'move', pool, server })
  }
  if (present.weight !== server.weight) operations.push({ kind: 'weigh', pool, server })
  if (!present.checked && /\bcheck\b/.test(server.options))
    operations.push({ kind: 'check', pool, server })
  if (present.admin !== 'ready') operations.push({ kind: 'ready', pool, server })
  return operations
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
