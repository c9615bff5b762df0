import { hasAgentCheck, hasHealthCheck, startsDisabled, type RunningServer } from 'haproxy-runtime'
import type { DesiredServer } from './desired-state.js'
import type { ServerOperation } from './operation.js'
import { isSameAddress } from '../servers/same-address.js'

/** A server in HAProxy with its active sessions; undefined if they were not counted. */
export interface ServerInUse {
  readonly server: RunningServer
  readonly sessions: number | undefined
}

/**
 * Adds the operations that bring a running server to its desired state. It
 * allocates nothing for a server that is right: most servers of a large pool are.
 *
 * @param inherited - the options that the pool's servers inherit
 */
export function addChanges(
  operations: ServerOperation[],
  pool: string,
  server: DesiredServer,
  now: RunningServer,
  inherited = '',
): void {
  const options = inherited === '' ? server.options : `${inherited} ${server.options}`
  if (!isSameAddress(now.address, server.address) || now.port !== server.port) {
    operations.push({ kind: 'set-address', pool, server })
  }
  if (!now.checked && hasHealthCheck(options)) operations.push({ kind: 'check', pool, server })
  if (hasAgentCheck(options)) {
    // While the agent is asked, weight and administrative state are its own.
    if (!now.agentChecked) operations.push({ kind: 'agent-check', pool, server })
    return
  }
  if (now.weight !== server.weight) operations.push({ kind: 'set-weight', pool, server })
  if (now.admin !== 'ready' && !startsDisabled(options))
    operations.push({ kind: 'enable', pool, server })
}

/** Returns whether a server can be removed and added again without a client noticing. */
export function isReplaceable({ server, sessions }: ServerInUse): boolean {
  return isDrained(server) && sessions === 0
}

/** Returns the next step of a departing server; undefined while it has sessions. */
export function departureStep(
  { server, sessions }: ServerInUse,
  isOverdue: boolean,
): ServerOperation | undefined {
  const { pool, name, agentChecked } = server
  if (server.admin === 'maint') return { kind: 'remove', pool, name, cut: isOverdue }
  if (!isDrained(server)) return { kind: 'drain', pool, name, agentChecked }
  if (isOverdue) return { kind: 'remove', pool, name, cut: true }
  return sessions === 0 ? { kind: 'remove', pool, name, cut: false } : undefined
}

/** Returns whether a server gets no new clients, and will not get any by itself. */
function isDrained({ admin, weight, agentChecked }: RunningServer): boolean {
  return admin === 'maint' || (weight === 0 && !agentChecked)
}
