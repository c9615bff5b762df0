import { hasAgentCheck, hasHealthCheck, startsDisabled, type RunningServer } from 'haproxy-runtime'
import type { DesiredServer } from './desired-state.js'
import type { Operation } from './operation.js'
import { isSameAddress } from './same-address.js'

/** A server in HAProxy, and the facts about it that HAProxy does not tell. */
export interface PresentServer {
  readonly server: RunningServer
  /** Its active sessions; undefined if they were not counted. */
  readonly sessions: number | undefined
  /** True if it was added with other options than it shall have, or with unknown ones. */
  readonly hasOtherOptions: boolean
}

/**
 * Returns the operations that bring one server to its desired state; `reload`
 * if only a reload can do that.
 *
 * @param inherited - the options that the pool's servers inherit
 */
export function serverSteps(
  pool: string,
  server: DesiredServer,
  present: PresentServer | undefined,
  inherited = '',
): readonly Operation[] | 'reload' {
  if (!present) return [{ kind: 'add', pool, server }]
  const now = present.server
  if (present.hasOtherOptions) {
    const isIdle = isDrained(now) && present.sessions === 0
    return isIdle ? [{ kind: 'replace', pool, server }] : 'reload'
  }
  const options = inherited === '' ? server.options : `${inherited} ${server.options}`
  const steps: Operation[] = []
  if (!isSameAddress(now.address, server.address) || now.port !== server.port) {
    steps.push({ kind: 'set-address', pool, server })
  }
  if (!now.checked && hasHealthCheck(options)) steps.push({ kind: 'check', pool, server })
  if (hasAgentCheck(options)) {
    // While the agent is asked, weight and administrative state are its own.
    if (!now.agentChecked) steps.push({ kind: 'agent-check', pool, server })
    return steps
  }
  if (now.weight !== server.weight) steps.push({ kind: 'set-weight', pool, server })
  if (now.admin !== 'ready' && !startsDisabled(options))
    steps.push({ kind: 'enable', pool, server })
  return steps
}

/** Returns the next step of a departing server; undefined while it has sessions. */
export function departureStep(
  { server, sessions }: Omit<PresentServer, 'hasOtherOptions'>,
  isOverdue: boolean,
): Operation | undefined {
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
