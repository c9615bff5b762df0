import { command, type CommandResult, type RuntimeCommand } from 'haproxy-runtime'
import type { Operation } from '../plan/plan.js'

/** The commands of the Runtime API that carry out one operation, in order. */
export function operationCommands(operation: Operation): RuntimeCommand[] {
  const { pool } = operation
  if (operation.kind === 'drain') return [command.setWeight(pool, operation.name, 0)]
  if (operation.kind === 'remove') {
    const { name, cut } = operation
    return [
      command.setMaintenance(pool, name),
      ...(cut ? [command.shutdownSessions(pool, name)] : []),
      command.deleteServer(pool, name),
    ]
  }
  const { name, address, port, weight, options } = operation.server
  switch (operation.kind) {
    case 'add':
      return [
        command.addServer(pool, name, address, port, `weight ${weight} ${options}`),
        ...(/\bcheck\b/.test(options) ? [command.enableHealth(pool, name)] : []),
        command.setReady(pool, name),
      ]
    case 'move':
      return [command.setAddress(pool, name, address, port)]
    case 'weigh':
      return [command.setWeight(pool, name, weight)]
    case 'check':
      return [command.enableHealth(pool, name)]
    default:
      return [command.setReady(pool, name)]
  }
}

/**
 * A reply to `del server` that means "not yet": HAProxy keeps idle connections
 * to a server for a while, and refuses until the last is closed.
 */
export function isNotYetRemovable(meaning: CommandResult['meaning']): boolean {
  return meaning === 'still-connected'
}
