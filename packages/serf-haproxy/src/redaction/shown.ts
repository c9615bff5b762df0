import { displayedJson, displayedLines } from '../printable-name.js'
import { mayHoldSecret, withoutSecrets } from './known-secrets.js'

/** Returns plain data as JSON for any output: without secrets, and safe to display. */
export function shownJson(value: unknown): string {
  const json = JSON.stringify(value)
  // A secret may be spelled in another way in JSON, so texts are searched and not the JSON.
  const clean = mayHoldSecret(json) ? JSON.stringify(value, withoutSecretText) : json
  return displayedJson(clean)
}

/** Returns plain data without secrets. */
export function shownData<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, withoutSecretText)) as T
}

/** Returns text of one or more lines for any output: without secrets, and safe to display. */
export function shownText(text: string): string {
  return displayedLines(withoutSecrets(text))
}

/** Returns a line of JSON with its line feed for any output; see {@link shownJson}. */
export function shownLogLine(line: string): string {
  if (!mayHoldSecret(line)) return displayedJson(line.slice(0, -1)) + line.slice(-1)
  return `${shownJson(JSON.parse(line))}\n`
}

function withoutSecretText(_: string, value: unknown): unknown {
  return typeof value === 'string' ? withoutSecrets(value) : value
}
