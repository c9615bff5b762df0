import { canonicalAddress, parseServerOptions, splitWords } from 'haproxy-config-text'
import { hasAgentCheck, hasHealthCheck, startsDisabled, type RunningServer } from 'haproxy-runtime'
import type { Operation } from '../plan/operation.js'
import { serverId } from '../plan/server-id.js'

/** The state that HAProxy is known to run: read back, and updated with each confirmed change. */
export interface ConfirmedState {
  readonly text: string
  readonly servers: readonly RunningServer[]
  /** Process id of the worker that confirmed it. */
  readonly worker: number
}

/**
 * Returns the servers after operations that HAProxy confirmed, without a query.
 *
 * @param notYetRemoved - servers, as `pool/name`, that it could not remove yet
 * @param waiting - servers, as `pool/name`, that are down until their check has passed
 */
export function afterOperations(
  servers: readonly RunningServer[],
  operations: readonly Operation[],
  notYetRemoved: readonly string[] = [],
  waiting: Pick<ReadonlySet<string>, 'has'> = new Set(),
): RunningServer[] {
  // By pool and name: with 10,000 servers, joining the two names would take most of the time.
  const open = new Map<string, Map<string, Operation[]>>()
  for (const operation of operations) {
    const { pool } = operation
    const name = nameOf(operation)
    const inPool = open.get(pool) ?? new Map<string, Operation[]>()
    open.set(pool, inPool.set(name, [...(inPool.get(name) ?? []), operation]))
  }
  const kept = new Set(notYetRemoved)
  const after: RunningServer[] = []
  const take = (server: RunningServer | undefined, steps: readonly Operation[]) => {
    let now = server
    for (const operation of steps) {
      const { pool } = operation
      const name = nameOf(operation)
      const isGone = operation.kind === 'remove' && !kept.has(serverId({ pool, name }))
      now = isGone ? undefined : changed(now ?? newServer(pool, name), operation)
    }
    if (!now) return
    const isWaiting = steps.length > 0 && waiting.has(serverId(now))
    after.push(isWaiting ? { ...now, health: 'down', passedChecks: 0 } : now)
  }
  for (const server of servers) {
    const inPool = open.get(server.pool)
    take(server, inPool?.get(server.name) ?? [])
    inPool?.delete(server.name)
  }
  for (const inPool of open.values()) for (const steps of inPool.values()) take(undefined, steps)
  return after
}

function nameOf(operation: Operation): string {
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

function changed(server: RunningServer, operation: Operation): RunningServer {
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
    readonly servers: readonly RunningServer[] | undefined
    readonly worker: number
  },
): string | undefined {
  const changes: string[] = []
  if (now.worker !== confirmed.worker) {
    changes.push('HAProxy was restarted, or reloaded from outside')
  }
  if (now.text !== undefined && now.text !== confirmed.text) {
    changes.push('the configuration file was edited')
  }
  const before = new Map(confirmed.servers.map(server => [serverId(server), server]))
  for (const server of now.servers ?? []) {
    const id = serverId(server)
    const known = before.get(id)
    before.delete(id)
    if (!known) changes.push(`${id} was added`)
    else if (!isSame(known, server)) changes.push(`${id} was changed`)
  }
  if (now.servers) changes.push(...[...before.keys()].map(id => `${id} was removed`))
  return changes.length === 0 ? undefined : changes.join(', ')
}

/**
 * Returns the servers, as `pool/name`, that others replaced by one of the same
 * name with another line. Most words of a line cannot be asked for, so a
 * replacement shows in its first weight or its use of TLS, or not at all.
 */
export function replacedSince(
  confirmed: ConfirmedState,
  servers: readonly RunningServer[] | undefined,
): ReadonlySet<string> {
  const before = new Map(confirmed.servers.map(server => [serverId(server), server]))
  const replaced = (servers ?? []).filter(server => {
    const known = before.get(serverId(server))
    return known && !hasSameLine(known, server)
  })
  return new Set(replaced.map(serverId))
}

function hasSameLine(a: RunningServer, b: RunningServer): boolean {
  return a.initialWeight === b.initialWeight && a.usesTls === b.usesTls
}

/**
 * Ignores what HAProxy itself changes: health, weight and administrative state
 * under an agent check, and the health check of a server in maintenance.
 */
function isSame(a: RunningServer, b: RunningServer): boolean {
  if (a.address !== b.address || a.port !== b.port || !hasSameLine(a, b)) return false
  if (a.agentChecked !== b.agentChecked) return a.admin === 'maint'
  const isByAgent = a.agentChecked

  return (
    (a.weight === b.weight || isByAgent) &&
    (a.admin === b.admin || isByAgent) &&
    (a.checked === b.checked || a.admin === 'maint')
  )
}
