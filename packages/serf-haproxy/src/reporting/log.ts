import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import { shownLogLine } from '../redaction/shown.js'
import type { TimelineEntry } from '../state/agent-event.js'
import { levelOf } from '../state/event-kinds.js'

/** Most bytes that wait for a reader of the log that is slow; further lines are dropped and counted. */
const mostWaiting = 16 * 1024 * 1024

/**
 * Creates the agent's log: one line of JSON for each event, with `level`, `time`
 * and `text`; without secrets, and safe to display.
 */
export function agentLog(level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino(
    {
      level,
      base: null,
      messageKey: 'text',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
    },
    { write: line => destination.write(shownLogLine(line)) },
  )
}

/** Writes one line for one entry of the timeline. */
export function logEntry(log: Logger, entry: TimelineEntry): void {
  // The log adds its own time.
  const { text, at: _, ...facts } = entry
  log[levelOf(entry)](facts, text)
}

/** Writes in the background: a pipe that is not read would stop the whole agent otherwise. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: false, minLength: 0, maxLength: mostWaiting })
  let dropped = 0
  output.on('drop', () => dropped++)
  process.once('exit', () => output.flushSync())
  return {
    write(line) {
      const before = dropped
      output.write(line)
      if (before === 0 || dropped > before) return
      dropped = 0
      const time = new Date().toISOString()
      const text = `${before} lines of the log are missing: it was not read for some time`
      output.write(`${JSON.stringify({ level: 'warn', time, text })}\n`)
    },
  }
}
