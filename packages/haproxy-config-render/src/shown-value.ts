import { inspect } from 'node:util'

/** Formats a value for a message: one line of at most 100 characters. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  // A long text is cut before it is quoted: a tag may have megabytes.
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 98)).slice(0, 100)
  const depth = { depth: 1, maxArrayLength: 3, maxStringLength: 20, breakLength: Infinity }
  return inspect(value, depth).replaceAll(/\s+/g, ' ').slice(0, 100)
}
