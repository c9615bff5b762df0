import { closeSync, fstatSync, writeSync } from 'node:fs'
import { AgentError } from '../agent-error.js'

/** The descriptor on which s6 waits for the news that a service is ready. */
export interface NotifyDescriptor {
  /** Writes one line, and closes the descriptor. Later calls do nothing. */
  ready(): void
}

/**
 * Takes over the descriptor that the file `notification-fd` of an s6 service names.
 *
 * @param onError - called if nothing reads the other end any more
 * @throws AgentError `configuration` if nothing is open there that can be written
 */
export function takeNotifyDescriptor(
  fd: number,
  onError: (error: Error) => void,
): NotifyDescriptor {
  requireOpen(fd)
  let isOpen = true
  return {
    ready() {
      if (!isOpen) return
      isOpen = false
      try {
        writeSync(fd, '\n')
      } catch (cause) {
        const { message } = cause as Error
        onError(new Error(`the supervisor is not notified on ${fd}: ${message}`, { cause }))
      }
      closeSync(fd)
    },
  }
}

function requireOpen(fd: number): void {
  let got: string
  try {
    const found = fstatSync(fd)
    if (found.isFIFO() || found.isSocket() || found.isFile() || found.isCharacterDevice()) return
    got = 'another kind of descriptor'
  } catch (error) {
    got = (error as NodeJS.ErrnoException).code ?? ''
  }
  throw new AgentError(
    'configuration',
    `--notify-fd ${fd}: expected an open pipe, got ${got}; ` +
      `the service's file notification-fd must contain ${fd}`,
  )
}
