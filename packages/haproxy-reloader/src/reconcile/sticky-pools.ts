import { parseSections } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { isPool } from '../plan/server-lines.js'

/** Returns the names of the pools with dynamic cookies, also where the line is in their `defaults`. */
export function stickyPools(text: string): ReadonlySet<string> {
  // Few configurations have them, and there may be thousands of servers to parse.
  if (!text.includes('cookie') || !text.includes('dynamic')) return new Set()
  const sticky = parseSections(text)
    .filter(({ kind }) => isPool(kind))
    .filter(section => findDirective(section, 'cookie')?.words.slice(2).includes('dynamic'))
  return new Set(sticky.map(({ name }) => name))
}
