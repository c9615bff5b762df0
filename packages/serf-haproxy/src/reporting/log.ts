import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import type { TimelineEntry } from '../state/agent-event.js'

/** The agent's log: a line of JSON for each thing, with `level`, `time` and `text`. */
export function agentLog(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      messageKey: 'text',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  )
}

/** One line for one entry of the timeline: what happened, its kind, and the facts. */
export function logEntry(log: Logger, entry: TimelineEntry): void {
  // The line has a time of its own.
  const { text, at: _, ...facts } = entry
  log[levelOf(entry)](facts, text)
}

function levelOf(event: TimelineEntry): 'info' | 'warn' | 'error' {
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
