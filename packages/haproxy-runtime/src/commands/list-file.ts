import type { PatternEntry, PatternKind } from './pattern-words.js'

/**
 * Returns the entries of a map's or an ACL's file, as HAProxy reads it. Lines
 * that begin with `#` and empty lines have none. In a map the first word is the
 * key, and the rest the value, without spaces around it. In an ACL the whole line
 * is the key, without spaces before it.
 *
 * @example
 * ```ts
 * import { listEntries } from 'haproxy-runtime'
 *
 * listEntries('map', '# hosts\nshop.example.org web\n') // => [{ key: 'shop.example.org', value: 'web' }]
 * listEntries('acl', '10.0.0.0/8\n') // => [{ key: '10.0.0.0/8' }]
 * ```
 */
export function listEntries(kind: PatternKind, text: string): PatternEntry[] {
  const entries: PatternEntry[] = []
  for (const whole of text.split('\n')) {
    if (whole.startsWith('#')) continue
    const line = contentOf(whole)
    if (line === '') continue
    entries.push(kind === 'acl' ? { key: line } : mapEntry(line))
  }
  return entries
}

/** Returns a line without spaces before it, up to its first carriage return or zero character. */
function contentOf(line: string): string {
  const end = line.search(/[\r\0]/)
  const content = end === -1 ? line : line.slice(0, end)
  return isBlank(content[0]) ? content.replace(/^[ \t]+/, '') : content
}

function mapEntry(line: string): PatternEntry {
  const keyEnd = line.search(/[ \t]/)
  if (keyEnd === -1) return { key: line, value: '' }
  let [start, end] = [keyEnd, line.length]
  while (isBlank(line[start])) start++
  while (end > start && isBlank(line[end - 1])) end--
  return { key: line.slice(0, keyEnd), value: line.slice(start, end) }
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
