import type { PatternEntry, PatternKind } from './pattern-words.js'

/**
 * Returns the entries of a map's or an ACL's file, as HAProxy reads it. Lines
 * that begin with `#` and empty lines have none. In a map the first word is the
 * key, and the rest the value, without spaces around it. In an ACL the whole line
 * is the key, without spaces before it.
 */
export function listEntries(kind: PatternKind, text: string): PatternEntry[] {
  const entries: PatternEntry[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue
    const found = pattern[kind].exec(line)
    if (!found) continue
    const [, key = '', value = ''] = found
    entries.push(kind === 'acl' ? { key } : { key, value })
  }
  return entries
}

/** A line ends at its first carriage return or zero character. */
const pattern: Readonly<Record<PatternKind, RegExp>> = {
  acl: /^[ \t]*([^ \t\r\0][^\r\0]*)/,
  map: /^[ \t]*([^ \t\r\0]+)[ \t]*((?:[^ \t\r\0]|[ \t]+(?=[^ \t\r\0]))*)/,
}
