import { command, type CommandResult, type RuntimeCommand } from 'haproxy-runtime'
import type { Operation } from '../plan/plan.js'

/** An operation that adds a server. */
type AddOperation = Extract<Operation, { readonly kind: 'add' }>

/** A command of the Runtime API, with the pool and the operation that it belongs to. */
export interface OperationCommand {
  readonly command: RuntimeCommand
  readonly pool: string
  /** Undefined for a command that belongs to several operations. */
  readonly operation?: Operation
}

/**
 * Returns the commands for operations, in order: first those that add servers,
 * see `command.addServers`, then all others.
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
  // An agent that was killed may have added the server that is enabled now without its cookie.
  const cookiePools = operations
    .filter(({ kind, pool }) => (kind === 'add' || kind === 'enable') && stickyPools.has(pool))
    .map(({ pool }) => pool)
  return [
    ...command.addServers(additions, cookiePools),
    ...operations.flatMap(operation => {
      if (isAddition(operation)) return []
      const { pool } = operation
      return changeCommands(operation).map(each => ({ command: each, pool, operation }))
    }),
  ]
}

function isAddition(operation: Operation): operation is AddOperation {
  return operation.kind === 'add'
}

function changeCommands(operation: Exclude<Operation, AddOperation>): RuntimeCommand[] {
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
    case 'enable':
      return [command.setReady(pool, operation.server.name)]
    case 'drain':
      return [command.setWeight(pool, operation.name, 0)]
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
