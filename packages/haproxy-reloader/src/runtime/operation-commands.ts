import { command, type CommandResult, type RuntimeCommand } from 'haproxy-runtime'
import { isAddition, type Addition, type Operation } from '../plan/operation.js'

/** A command of the Runtime API, with the pool and the operation that it belongs to. */
export interface OperationCommand {
  readonly command: RuntimeCommand
  readonly pool: string
  /** Undefined for a command that belongs to several operations. */
  readonly operation?: Operation
}

/**
 * Returns the commands for operations, in order: first those that remove
 * servers that are replaced, then those that add servers, see
 * `command.addServers`, then all others.
 *
 * @param stickyPools - pools with dynamic cookies
 */
export function operationCommands(
  operations: readonly Operation[],
  stickyPools: ReadonlySet<string>,
): OperationCommand[] {
  const additions = operations.filter(isAddition).map(({ pool, server }) => {
    const { name, address, port, weight, options } = server
    return {
      pool,
      server: { name, address, port, options: `weight ${weight} ${options}`.trimEnd() },
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
      return changeCommands(operation).map(each => ({ command: each, pool, operation }))
    }),
  ]
}

function changeCommands(operation: Exclude<Operation, Addition>): RuntimeCommand[] {
  const { pool } = operation
  switch (operation.kind) {
    case 'set-address': {
      const { name, address, port } = operation.server
      return [command.setAddress(pool, name, address, port)]
    }
    case 'set-weight':
      return [command.setWeight(pool, operation.server.name, operation.server.weight)]
    case 'check':
      return [command.enableHealth(pool, operation.server.name)]
    case 'agent-check': {
      // The last values of an agent that was stopped must not stay.
      const { name, weight } = operation.server
      const restored = [command.setWeight(pool, name, weight), command.setReady(pool, name)]
      return [...restored, command.enableAgent(pool, name)]
    }
    case 'enable':
      return [command.setReady(pool, operation.server.name)]
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

/**
 * Returns whether a reply to `del server` means "not yet": HAProxy keeps idle
 * connections to a server for a while, and refuses until the last is closed.
 */
export function isNotYetRemovable(meaning: CommandResult['meaning']): boolean {
  return meaning === 'still-connected'
}
