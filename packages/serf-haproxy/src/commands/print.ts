/** Writes a line for people, or for programs, to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Says on stderr what is wrong; 2 is wrong usage or input, 1 a check that failed. */
export function fail(message: string, exitCode: 1 | 2): void {
  process.stderr.write(`error: ${message}\n`)
  process.exitCode = exitCode
}
