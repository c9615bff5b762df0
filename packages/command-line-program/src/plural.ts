/**
 * Returns a count with its noun, such as `1 server` or `3 servers`.
 *
 * @example
 * ```ts
 * import { plural } from 'command-line-program'
 *
 * plural(1, 'server') // => '1 server'
 * plural(3, 'entry', 'entries') // => '3 entries'
 * ```
 */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Returns the form of a verb that fits a count. */
export function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many
}
