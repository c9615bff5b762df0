import { LabError } from './lab-error.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Exit code after a signal, or when the terminal is gone. */
export const interrupted = 130

/** Milliseconds in which a signal comes again if it went to all processes, and a parent passes it on. */
const copiesMs = 1000

/** Aborts: the command then ends its lab in order. */
export function interrupt(ended: AbortController): void {
  ended.abort(new LabError('Interrupted'))
}

/**
 * Aborts at a signal: the command then ends its lab in order. A signal that comes again a second later
 * or more ends the process at once; the lab stays, for `down`.
 *
 * @param now - returns the time in milliseconds
 */
export function abortWhenInterrupted(
  ended: AbortController,
  now: () => number = () => performance.now(),
): void {
  for (const signal of signals) {
    let firstAt: number | undefined
    // It stays: the library that restores a terminal's cursor ends a process without a listener.
    process.on(signal, () => {
      firstAt ??= now()
      if (now() - firstAt >= copiesMs) process.exit(interrupted)
      interrupt(ended)
    })
  }
}
