import { command, type CommandResult, type RuntimeCommand } from 'haproxy-runtime'
import type { DesiredServer } from '../plan/desired-state.js'
import { maxconnOf } from '../plan/option-difference.js'
import { isAddition, type Addition, type ServerOperation } from '../plan/operation.js'
import { serverId } from '../servers/server-id.js'
import type { Joining } from '../plan/joining-servers.js'

/** A command of the Runtime API, with the pool and the operation that it belongs to. */
export interface OperationCommand {
  readonly command: RuntimeCommand
  readonly pool: string
  /** Undefined for a command that belongs to several operations. */
  readonly operation?: ServerOperation
}

/**
 * Returns the commands for operations, in order: first those that remove
 * servers that are replaced, then those that add servers, see
 * `command.addServers`, then all others.
 *
 * @param stickyPools - pools with dynamic cookies
 * @param waiting - servers that take traffic when their health check has passed
 */
export function operationCommands(
  operations: readonly ServerOperation[],
  stickyPools: ReadonlySet<string>,
  waiting: Joining['waiting'],
): OperationCommand[] {
  const additions = operations.filter(isAddition).map(({ pool, server }) => {
    const { name, address, port, weight, options } = server
    return {
      pool,
      server: {
        name,
        address,
        port,
        options: `weight ${weight} ${options}`.trimEnd(),
        awaitCheck: waiting.has(serverId({ pool, name })),
      },
    }
  })
  const replaced = operations.filter(({ kind }) => kind === 'replace')
  // An agent that was killed may have added the server that is enabled now without its cookie.
  const cookiePools = operations
    .filter(operation => isAddition(operation) || operation.kind === 'enable')
    .filter(({ pool }) => stickyPools.has(pool))
    .map(({ pool }) => pool)
  return [
    ...replaced.filter(isAddition).flatMap(({ pool, server: { name } }) => [
      { pool, command: command.setMaintenance(pool, name) },
      { pool, command: command.deleteServer(pool, name) },
    ]),
    ...command.addServers(additions, cookiePools),
    ...operations.flatMap(operation => {
      if (isAddition(operation)) return []
      const { pool } = operation
      return changeCommands(operation, waiting).map(each => ({ command: each, pool, operation }))
    }),
  ]
}

function changeCommands(
  operation: Exclude<ServerOperation, Addition>,
  waiting: Joining['waiting'],
): RuntimeCommand[] {
  const { pool } = operation
  switch (operation.kind) {
    case 'set-address': {
      const { name, address, port } = operation.server
      const moved = command.setAddress(pool, name, address, port)
      const isWaiting = waiting.has(serverId({ pool, name }))
      return isWaiting ? [command.setHealth(pool, name, 'down'), moved] : [moved]
    }
    case 'set-weight':
      return [command.setWeight(pool, operation.server.name, operation.server.weight)]
    case 'set-maxconn':
      return [command.setMaxconn(pool, operation.server.name, maxconnOf(operation.server))]
    case 'check':
      return [command.enableHealth(pool, operation.server.name)]
    case 'agent-check': {
      // The last values of an agent that was stopped must not stay.
      const { name, weight } = operation.server
      const restored = [command.setWeight(pool, name, weight), command.setReady(pool, name)]
      return [...restored, command.enableAgent(pool, name)]
    }
    case 'enable':
      return enableCommands(pool, operation.server, waiting)
    case 'drain': {
      const { name, agentChecked } = operation
      const stopped = agentChecked ? [command.disableAgent(pool, name)] : []
      return [...stopped, command.setWeight(pool, name, 0)]
    }
    default:
      return [
        command.setMaintenance(pool, operation.name),
        ...(operation.cut ? [command.shutdownSessions(pool, operation.name)] : []),
        command.deleteServer(pool, operation.name),
      ]
  }
}

function enableCommands(
  pool: string,
  { name, weight }: DesiredServer,
  waiting: Joining['waiting'],
): RuntimeCommand[] {
  const before = waiting.get(serverId({ pool, name }))
  if (!before) return [command.setReady(pool, name)]
  const ready = command.setReadyWhenChecked(pool, name)
  // That gave the server the weight of its line.
  return weight === before.initialWeight ? ready : [...ready, command.setWeight(pool, name, weight)]
}

/**
 * Returns whether a reply to `del server` means "not yet": HAProxy keeps idle
 * connections to a server for a while, and refuses until the last is closed.
 */
export function isNotYetRemovable(meaning: CommandResult['meaning']): boolean {
  return meaning === 'still-connected'
}
