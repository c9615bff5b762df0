import type { AgentView } from './agent-view.js'

/** Age of the status of HAProxy from which it is not trusted, in milliseconds. */
const longestAgeMs = 60_000

/**
 * Returns the reason why the agent's view may not be acted on; undefined if it may.
 * The agent changes nothing in these cases either.
 *
 * @param now - milliseconds since the epoch
 */
export function doubtOf(view: AgentView, now: number): string | undefined {
  const { serf, haproxy, mode, frozen, held, heldChange, fault, pollFault } = view
  if (!serf.connected) return `the agent is not connected to Serf${because(serf.error)}`
  if (!haproxy.reachable) return `HAProxy does not answer the agent${because(haproxy.error)}`
  if (mode === 'frozen') return `the agent is frozen${because(frozen?.reason)}`
  if (mode === 'held') return `the agent holds removals${because(held?.reason)}`
  if (mode !== 'following') return `the agent is ${mode}`
  if (heldChange) return `the agent holds a new configuration${because(heldChange.reason)}`
  if (fault) return `the last round of the agent failed: ${fault.error}`
  if (pollFault) return `the agent cannot poll HAProxy: ${pollFault.error}`
  const { seenAt } = haproxy
  if (seenAt === undefined) return 'the agent has not polled HAProxy so far'
  if (now - seenAt > longestAgeMs)
    return `the status of HAProxy is ${Math.round((now - seenAt) / 1000)} s old`
  return undefined
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${reason}`
}
