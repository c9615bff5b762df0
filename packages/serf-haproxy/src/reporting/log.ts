import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import type { TimelineEntry } from '../state/agent-event.js'
import { levelOf } from '../state/event-kinds.js'

/** Creates the agent's log: one line of JSON for each event, with `level`, `time` and `text`. */
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

/** Writes one line for one entry of the timeline. */
export function logEntry(log: Logger, entry: TimelineEntry): void {
  // The log adds its own time.
  const { text, at: _, ...facts } = entry
  log[levelOf(entry)](facts, text)
}
