import { shownJson, shownText } from '../redaction/shown.js'

/** Writes a line, or several, to stdout: without secrets, and safe for a terminal. */
export function print(line: string): void {
  printText(`${shownText(line)}\n`)
}

/** Codes of the colours of a table. */
// oxlint-disable-next-line no-control-regex -- an escape is what begins them
const colourCodes = /(\u001B\[(?:2|22|3[1-39])m)/

/** Returns lines with colours for stdout: all between the colours is as {@link print} shows it. */
export function colouredLines(text: string): string {
  const parts = text.split(colourCodes)
  return parts.map((part, i) => (i % 2 === 1 ? part : shownText(part))).join('')
}

/** Writes lines with colours to stdout. */
export function printColoured(text: string): void {
  printText(`${colouredLines(text)}\n`)
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
export function fail(message: string, exitCode: number): void {
  process.stderr.write(`error: ${shownText(message)}\n`)
  process.exitCode = exitCode
}

/** Reports that the file of a flag cannot be written, with exit code 1. */
export function failToWrite(file: string, cause: unknown): void {
  const { message } = cause as Error
  fail(`cannot write to ${file}: ${message}; name a file in a folder that exists and is yours`, 1)
}
