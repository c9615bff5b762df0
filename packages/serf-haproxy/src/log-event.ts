import type { Logger } from 'pino'
import type { AgentEvent } from './agent-event.js'

/** One line of the log for one event: what happened, and why. */
export function logEvent(log: Logger, event: AgentEvent): void {
  const { text, ...facts } = event
  log[levelOf(event)](facts, text)
}

function levelOf(event: AgentEvent): 'info' | 'warn' | 'error' {
  switch (event.kind) {
    case 'error':
      return 'error'
    case 'outcome':
      return event.outcome.kind === 'rejected' || event.outcome.kind === 'rolled-back'
        ? 'error'
        : 'info'
    case 'connection':
      return event.isUp ? 'info' : 'warn'
    case 'configuration':
      return event.isAccepted ? 'info' : 'error'
    case 'held':
    case 'quarantine':
    case 'damped':
    case 'drift':
      return 'warn'
    default:
      return 'info'
  }
}
