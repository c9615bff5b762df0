import { LabError } from './lab-error.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Aborts at a signal, and when the terminal or the reader of the output has gone:
 * the command then ends its lab in order. A signal that comes a second time ends
 * the process at once; the lab stays, for `down`.
 */
export function abortWhenInterrupted(ended: AbortController): void {
  const interrupt = () => ended.abort(new LabError('Interrupted'))
  for (const signal of signals) {
    let isFirst = true
    // It stays: the library that restores a terminal's cursor ends a process without a listener.
    process.on(signal, () => {
      if (!isFirst) process.exit(130)
      isFirst = false
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
