import { inspect } from 'node:util'
import { SerfError } from '../serf-error.js'

/** Whether a decoded value is a map. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  )
}

/**
 * The text of a decoded string; undefined for anything else. Serf passes bytes
 * on that are no UTF-8: each of those reads as U+FFFD, and overlong forms do
 * too, so that no name can pose as another.
 */
export function textOf(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
}

/** A text that has to be there. */
export function wantText(value: unknown, what: string): string {
  const text = textOf(value)
  if (text === undefined) throw malformed(`a text in ${what}`, value)
  return text
}

/** A number that has to be there. */
export function wantNumber(value: unknown, what: string): number {
  if (typeof value !== 'number') throw malformed(`a number in ${what}`, value)
  return value
}

/** A map that has to be there; Go sends an unset one as nil. */
export function wantMap(value: unknown, what: string): Record<string, unknown> {
  if (value === null || value === undefined) return {}
  if (!isRecord(value)) throw malformed(`a map in ${what}`, value)
  return value
}

/** A map of texts that has to be there. */
export function wantTexts(value: unknown, what: string): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [key, text] of Object.entries(wantMap(value, what))) {
    texts[key] = wantText(text, `${what} ${JSON.stringify(key)}`)
  }
  return texts
}

/** A list that has to be there; Go sends an empty one as nil. */
export function wantList(value: unknown, what: string): readonly unknown[] {
  if (value === null) return []
  if (!Array.isArray(value)) throw malformed(`a list in ${what}`, value)
  return value
}

/** The error for data of the agent that has not the form of Serf's. */
export function malformed(wanted: string, found: unknown): SerfError {
  return new SerfError(
    'protocol',
    `The agent's data is malformed: found ${shown(found)}, wanted ${wanted}`,
  )
}

/** A value in an error message: short, and on one line. */
export function shown(value: unknown): string {
  const limits = { depth: 1, maxArrayLength: 5, maxStringLength: 100, breakLength: Infinity }
  return inspect(withTexts(value), limits).slice(0, 200)
}

/** A decoded value in which all byte strings are texts. */
export function withTexts(value: unknown): unknown {
  if (value instanceof Uint8Array) return textOf(value)
  if (Array.isArray(value)) return value.map(withTexts)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTexts(each)]))
}
