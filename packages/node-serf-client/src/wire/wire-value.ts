import { inspect } from 'node:util'
import { SerfError } from '../serf-error.js'

/** Returns true if a decoded value is a map. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  )
}

/**
 * Returns the text of a decoded string, and undefined for any other value. Serf
 * also forwards invalid UTF-8: each invalid or overlong byte becomes U+FFFD, so
 * that no name can imitate another.
 */
export function textOf(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
}

/** Returns the text of a value. @throws SerfError `protocol` for any other value. */
export function expectText(value: unknown, what: string): string {
  const text = textOf(value)
  if (text === undefined) throw malformed(`a text in ${what}`, value)
  return text
}

/** Returns a number. @throws SerfError `protocol` for any other value. */
export function expectNumber(value: unknown, what: string): number {
  if (typeof value !== 'number') throw malformed(`a number in ${what}`, value)
  return value
}

/** Returns a map, empty for null: Go sends an unset map as nil. @throws SerfError `protocol` */
export function expectMap(value: unknown, what: string): Record<string, unknown> {
  if (value === null || value === undefined) return {}
  if (!isRecord(value)) throw malformed(`a map in ${what}`, value)
  return value
}

/** A map of texts that has to be there. */
export function expectTexts(value: unknown, what: string): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [key, text] of Object.entries(expectMap(value, what))) {
    texts[key] = expectText(text, `${what} ${JSON.stringify(key.slice(0, 100))}`)
  }
  return texts
}

/** Returns a list, empty for null: Go sends an empty list as nil. @throws SerfError `protocol` */
export function expectList(value: unknown, what: string): readonly unknown[] {
  if (value === null) return []
  if (!Array.isArray(value)) throw malformed(`a list in ${what}`, value)
  return value
}

/** Returns the error for a value that does not have the form that Serf uses. */
export function malformed(expected: string, value: unknown): SerfError {
  return new SerfError(
    'protocol',
    `Cannot read the Serf agent's data: expected ${expected}, got ${describeValue(value)}`,
  )
}

/**
 * Describes a value for an error message: short, and on one line. Its cost does
 * not depend on the size of the value.
 */
export function describeValue(value: unknown): string {
  const limits = { depth: 1, maxArrayLength: 5, maxStringLength: 100, breakLength: Infinity }
  return inspect(beginningOf(value, 2), limits).slice(0, 200)
}

/** Copies the part of a value that a message shows, with texts in place of bytes. */
function beginningOf(value: unknown, levels: number): unknown {
  if (value instanceof Uint8Array) return textOf(value.subarray(0, 400))
  if (typeof value === 'string') return value.slice(0, 400)
  if (levels === 0 || (!Array.isArray(value) && !isRecord(value))) return value
  if (Array.isArray(value)) return value.slice(0, 6).map(each => beginningOf(each, levels - 1))
  const entries: [string, unknown][] = []
  for (const key in value) {
    if (entries.length === 20) break
    entries.push([key.slice(0, 100), beginningOf(value[key], levels - 1)])
  }
  return Object.fromEntries(entries)
}

/** Converts all byte strings in a decoded value to texts. */
export function withTexts(value: unknown): unknown {
  if (value instanceof Uint8Array) return textOf(value)
  if (Array.isArray(value)) return value.map(withTexts)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTexts(each)]))
}
