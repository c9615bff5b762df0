import { LabError } from './lab-error.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Milliseconds in which a signal comes again if it went to all processes, and a parent passes it on. */
const copiesMs = 1000

/**
 * Aborts at a signal, and when the terminal or the reader of the output has gone:
 * the command then ends its lab in order. A signal that comes again a second later
 * or more ends the process at once; the lab stays, for `down`.
 *
 * @param now - returns the time in milliseconds
 */
export function abortWhenInterrupted(
  ended: AbortController,
  now: () => number = () => performance.now(),
): void {
  const interrupt = () => ended.abort(new LabError('Interrupted'))
  for (const signal of signals) {
    let firstAt: number | undefined
    // It stays: the library that restores a terminal's cursor ends a process without a listener.
    process.on(signal, () => {
      firstAt ??= now()
      if (now() - firstAt >= copiesMs) process.exit(130)
      interrupt()
    })
  }
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', error => {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EPIPE' && code !== 'EIO') throw error
      interrupt()
    })
}
