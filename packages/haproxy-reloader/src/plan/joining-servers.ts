import { hasHealthCheck, startsDisabled, type RunningServer } from 'haproxy-runtime'
import { isAddition, type ServerOperation } from './operation.js'
import { serverId } from '../servers/server-id.js'
import type { ServersByPool } from '../servers/server-table.js'

/** The servers that join by operations, and whether they wait for a health check. */
export interface Joining {
  /**
   * Servers, as `pool/name`, that take traffic when their first health check has
   * passed; each with its state before, if HAProxy had it.
   */
  readonly waiting: ReadonlyMap<string, RunningServer | undefined>
  /** Pools whose servers join without a check, because no server of the pool takes traffic. */
  readonly unserved: readonly string[]
}

/**
 * Returns the servers that have to wait for their first successful health check:
 * those that are added, that get another address, or that return from
 * maintenance. HAProxy takes each of them for healthy until checks have failed.
 * In a pool without a server that takes traffic none waits: a server that may
 * answer is better for its clients than none.
 *
 * @param operations - with their whole options, inherited ones included
 */
export function joiningServers(
  operations: readonly ServerOperation[],
  servers: ServersByPool,
): Joining {
  const joins = operations.filter(mayJoin)
  if (joins.length === 0) return noJoining
  const touched = touchedServers(operations)
  const served = new Map<string, boolean>()
  const hasOther = (pool: string) => {
    const known = served.get(pool) ?? isServed(servers.of(pool).values(), touched)
    served.set(pool, known)
    return known
  }
  const checks = new Set(operations.filter(({ kind }) => kind === 'check').map(operationId))
  const waiting = new Map<string, RunningServer | undefined>()
  const unserved = new Set<string>()
  for (const operation of joins) {
    const id = operationId(operation)
    const now = servers.of(operation.pool).get(operation.server.name)
    if (!isChecked(operation, now, checks.has(id))) continue
    if (hasOther(operation.pool)) waiting.set(id, now)
    else unserved.add(operation.pool)
  }
  return { waiting, unserved: [...unserved] }
}

const noJoining: Joining = { waiting: new Map(), unserved: [] }

/** Returns the pools in which a server takes traffic, and still does after operations. */
export function servedPools(
  servers: Iterable<RunningServer>,
  operations: readonly ServerOperation[],
): ReadonlySet<string> {
  const touched = touchedServers(operations)
  const served = new Set<string>()
  for (const server of servers) if (isUntouched(server, touched)) served.add(server.pool)
  return served
}

/** Returns whether one of the servers of a pool takes traffic, and is not in `touched`, as `pool/name`. */
export function isServed(
  servers: Iterable<RunningServer>,
  touched: ReadonlySet<string> = new Set(),
): boolean {
  for (const server of servers) if (isUntouched(server, touched)) return true
  return false
}

/** Returns whether a server takes traffic. */
export function isServing({ admin, health, weight }: RunningServer): boolean {
  return admin === 'ready' && health === 'up' && weight > 0
}

function isUntouched(server: RunningServer, touched: ReadonlySet<string>): boolean {
  return isServing(server) && (touched.size === 0 || !touched.has(serverId(server)))
}

/** Returns the servers, as `pool/name`, whose traffic ends, or whose health is unknown afterwards. */
export function touchedServers(operations: readonly ServerOperation[]): ReadonlySet<string> {
  return new Set(operations.filter(takesAway).map(operationId))
}

type Join = Extract<ServerOperation, { kind: 'add' | 'replace' | 'set-address' | 'enable' }>

function mayJoin(operation: ServerOperation): operation is Join {
  const { kind } = operation
  return isAddition(operation) || kind === 'set-address' || kind === 'enable'
}

/** Returns whether the health check of a joining server is on after the operations. */
function isChecked(
  operation: Join,
  now: RunningServer | undefined,
  isSwitchedOn: boolean,
): boolean {
  if (isAddition(operation)) {
    const { options } = operation.server
    return hasHealthCheck(options) && !startsDisabled(options)
  }
  if (!now || !(now.checked || isSwitchedOn)) return false
  // The health of a server that only drained is known.
  return operation.kind === 'enable' ? now.admin === 'maint' : now.admin === 'ready'
}

/** Returns whether an operation ends the traffic of a server, or makes its health unknown. */
function takesAway(operation: ServerOperation): boolean {
  if (operation.kind === 'set-weight') return operation.server.weight === 0
  return ['drain', 'remove', 'replace', 'set-address'].includes(operation.kind)
}

function operationId(operation: ServerOperation): string {
  const { pool } = operation
  return serverId({ pool, name: 'server' in operation ? operation.server.name : operation.name })
}
