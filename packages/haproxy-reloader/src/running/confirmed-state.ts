import { canonicalAddress, parseServerOptions, splitWords } from 'haproxy-config-text'
import { hasAgentCheck, hasHealthCheck, startsDisabled, type RunningServer } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import type { ServerOperation } from '../plan/operation.js'
import type { ServerTable } from '../servers/server-table.js'
import { serverId } from '../servers/server-id.js'

/** The state that HAProxy is known to run: read back, and updated with each confirmed change. */
export interface ConfirmedState {
  readonly desired: DesiredState
  /** Its owner changes them in place. */
  readonly servers: ServerTable
  /** Process id of the worker that confirmed it. */
  readonly worker: number
}

/**
 * Changes servers as operations that HAProxy confirmed change its own, without a query.
 *
 * @param notYetRemoved - servers, as `pool/name`, that it could not remove yet
 * @param waiting - servers, as `pool/name`, that are down until their check has passed
 */
export function changeServers(
  servers: ServerTable,
  operations: readonly ServerOperation[],
  notYetRemoved: readonly string[] = [],
  waiting: Pick<ReadonlySet<string>, 'has'> = new Set(),
): void {
  const kept = new Set(notYetRemoved)
  for (const operation of operations) {
    const { pool } = operation
    const name = nameOf(operation)
    const id = serverId({ pool, name })
    if (operation.kind === 'remove' && !kept.has(id)) {
      servers.delete(pool, name)
      continue
    }
    const now = changed(servers.of(pool).get(name) ?? newServer(pool, name), operation)
    servers.set(waiting.has(id) ? { ...now, health: 'down', passedChecks: 0 } : now)
  }
}

/** Returns the name of the server that an operation changes. */
export function nameOf(operation: ServerOperation): string {
  return 'server' in operation ? operation.server.name : operation.name
}

function newServer(pool: string, name: string): RunningServer {
  const unset = { address: '', port: 0, weight: 0 }
  const unchecked = {
    passedChecks: 0,
    lastCheck: 'none',
    checked: false,
    agentChecked: false,
    checkPort: 0,
  } as const
  return {
    pool,
    name,
    ...unset,
    admin: 'maint',
    health: 'up',
    ...unchecked,
    initialWeight: 0,
    usesTls: false,
  }
}

function changed(server: RunningServer, operation: ServerOperation): RunningServer {
  switch (operation.kind) {
    case 'add':
    case 'replace': {
      const { address, port, weight, options } = operation.server
      return {
        ...server,
        address: asPrinted(address),
        port,
        weight,
        initialWeight: weight,
        admin: startsDisabled(options) ? 'maint' : 'ready',
        checked: hasHealthCheck(options),
        agentChecked: hasAgentCheck(options),
        usesTls: parseServerOptions(splitWords(options)).some(({ keyword }) => keyword === 'ssl'),
      }
    }
    case 'set-address': {
      const { address, port } = operation.server
      return { ...server, address: asPrinted(address), port }
    }
    case 'set-weight':
      return { ...server, weight: operation.server.weight }
    case 'set-maxconn':
      return server
    case 'check':
      return { ...server, checked: true }
    case 'agent-check':
      return { ...server, weight: operation.server.weight, admin: 'ready', agentChecked: true }
    case 'enable':
      return { ...server, admin: 'ready' }
    case 'drain':
      return { ...server, weight: 0, agentChecked: false }
    default:
      return { ...server, admin: 'maint' }
  }
}

/** Returns an address in the spelling in which HAProxy reports it. */
function asPrinted(address: string): string {
  return canonicalAddress(address) ?? address
}

/**
 * Describes what changed behind the reloader's back since a state was
 * confirmed; undefined if nothing did.
 *
 * | changed              | worker    | description                            |
 * |----------------------|-----------|----------------------------------------|
 * | nothing              | another   | HAProxy was restarted, or reloaded     |
 * | file                 | any       | the configuration file was edited      |
 * | a server             | any       | the server was changed, added, removed |
 */
export function driftSince(
  confirmed: ConfirmedState,
  now: {
    readonly text: string | undefined
    readonly servers: ServerTable | undefined
    readonly worker: number
  },
): string | undefined {
  const changes: string[] = []
  if (now.worker !== confirmed.worker) {
    changes.push('HAProxy was restarted, or reloaded from outside')
  }
  if (now.text !== undefined && now.text !== confirmed.desired.text) {
    changes.push('the configuration file was edited')
  }
  const { servers } = now
  for (const server of servers ?? []) {
    const known = confirmed.servers.of(server.pool).get(server.name)
    if (!known) changes.push(`${serverId(server)} was added`)
    else if (!isSame(known, server)) changes.push(`${serverId(server)} was changed`)
  }
  if (servers)
    for (const server of confirmed.servers)
      if (!servers.of(server.pool).has(server.name)) changes.push(`${serverId(server)} was removed`)
  return changes.length === 0 ? undefined : changes.join(', ')
}

/**
 * Returns the servers, as `pool/name`, that others replaced by one of the same
 * name with another line. Most words of a line cannot be asked for, so a
 * replacement shows in its first weight or its use of TLS, or not at all.
 */
export function replacedSince(
  confirmed: ConfirmedState,
  servers: Iterable<RunningServer> | undefined,
): ReadonlySet<string> {
  const replaced = new Set<string>()
  for (const server of servers ?? []) {
    const known = confirmed.servers.of(server.pool).get(server.name)
    if (known && !hasSameLine(known, server)) replaced.add(serverId(server))
  }
  return replaced
}

function hasSameLine(a: RunningServer, b: RunningServer): boolean {
  return a.initialWeight === b.initialWeight && a.usesTls === b.usesTls
}

/**
 * Returns whether a server is as it was confirmed. It ignores what HAProxy itself changes: health, weight and administrative state
 * under an agent check, and the health check of a server in maintenance.
 */
export function isSame(a: RunningServer, b: RunningServer): boolean {
  if (a.address !== b.address || a.port !== b.port || !hasSameLine(a, b)) return false
  if (a.agentChecked !== b.agentChecked) return a.admin === 'maint'
  const isByAgent = a.agentChecked

  return (
    (a.weight === b.weight || isByAgent) &&
    (a.admin === b.admin || isByAgent) &&
    (a.checked === b.checked || a.admin === 'maint')
  )
}
