import { diffMembership } from 'serf-events'
import type { Logger } from 'pino'
import type { AgentEvent } from './agent-state.js'

/** One line of the log for one event: what happened, and why. */
export function logEvent(log: Logger, event: AgentEvent): void {
  switch (event.kind) {
    case 'membership': {
      const { after, before = { members: new Map() } } = event
      const names = Object.entries(diffMembership(before, after))
        .filter(([, members]) => members.length > 0)
        .map(([kind, members]: [string, readonly { name: string }[]]) => [
          kind,
          members.map(({ name }) => name),
        ])
      const facts = { cause: after.cause, connected: after.connected, ...Object.fromEntries(names) }
      if (after.error) log.warn({ ...facts, code: after.error.code }, after.error.message)
      else log.info(facts, 'membership')
      return
    }
    case 'outcome': {
      const { outcome, cause, reactedInMs } = event
      const isBad = outcome.kind === 'rejected' || outcome.kind === 'rolled-back'
      log[isBad ? 'error' : 'info']({ cause, reactedInMs, outcome }, outcome.kind)
      return
    }
    case 'quarantine':
      log.warn({ quarantined: event.quarantined }, 'quarantine')
      return
    case 'kept-by-health':
      log.warn(
        { members: event.members },
        'Serf calls them failed, HAProxy finds them healthy: kept',
      )
      return
    case 'error':
      log.error({ err: event.error }, event.error.message)
  }
}
