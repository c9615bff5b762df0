import { shownJson, shownText } from '../redaction/shown.js'

/** Writes a line, or several, to stdout: without secrets, and safe for a terminal. */
export function print(line: string): void {
  printText(`${shownText(line)}\n`)
}

/** Writes plain data to stdout as one line of JSON, without secrets. */
export function printJson(value: unknown): void {
  printText(`${shownJson(value)}\n`)
}

/** Writes a text to stdout as it is. */
export function printText(text: string): void {
  process.stdout.write(text)
}

/** Writes an error to stderr and sets the exit code: 1 for a failed check, 2 for invalid usage or input. */
export function fail(message: string, exitCode: 1 | 2): void {
  process.stderr.write(`error: ${shownText(message)}\n`)
  process.exitCode = exitCode
}

/** Reports that the file of a flag cannot be written, with exit code 1. */
export function failToWrite(file: string, cause: unknown): void {
  const { message } = cause as Error
  fail(`cannot write to ${file}: ${message}; name a file in a folder that exists and is yours`, 1)
}
