/** Writes a line to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Writes an error to stderr and sets the exit code: 1 for a failed check, 2 for invalid usage or input. */
export function fail(message: string, exitCode: 1 | 2): void {
  process.stderr.write(`error: ${message}\n`)
  process.exitCode = exitCode
}
