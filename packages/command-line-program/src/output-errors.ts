import type { Failure } from './failure.js'

/** Codes of the errors of a pipe without a reader, and of a terminal that was closed. */
const lostReader: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO'])

/** Reactions to an output that cannot be written. */
export interface OutputErrors {
  readonly onLostReader: () => void
  /** Called for any other error, such as a full disk. */
  readonly onError: (failure: Failure) => void
}

/** Handles the errors of stdout and stderr, which Node reports as events. */
export function handleOutputErrors({ onLostReader, onError }: OutputErrors): void {
  for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (lostReader.has(error.code)) onLostReader()
      else onError({ message: messageOf(name, error), exitCode: 1 })
    })
  }
}

function messageOf(name: string, { code, message }: NodeJS.ErrnoException): string {
  const remedy =
    code === 'ENOSPC'
      ? 'free space on that disk, or send the output elsewhere'
      : 'send it elsewhere'
  return `cannot write to ${name}: ${message}; ${remedy}`
}
