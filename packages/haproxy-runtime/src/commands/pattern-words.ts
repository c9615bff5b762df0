import { unsafe, word } from './safe-argument.js'

/** One entry: a key, and in a map its value. */
export interface PatternEntry {
  /** Key of a map’s entry, or the pattern of an ACL. */
  readonly key: string
  /** Value of a map’s entry; absent in an ACL. */
  readonly value?: string
}

/** The kinds of lists that HAProxy can change while it runs. */
export type PatternKind = 'map' | 'acl'

/**
 * Returns a list's name in commands: its file name, or `#` and its number.
 * HAProxy reads `@1` in its place as a version.
 */
export function listWord(id: string): string {
  if (id.startsWith('@') || (id.startsWith('#') && !/^#\d+$/.test(id)))
    throw unsafe(id, "a list's file name, or # and its number")
  return word(id)
}

/**
 * Returns an entry's key in commands that look it up. HAProxy reads `#0x…` there
 * as the address of an entry in its memory, and would change another entry.
 */
export function lookupWord(key: string): string {
  if (/^#0x/i.test(key))
    throw unsafe(key, 'a key that HAProxy does not read as a reference; replace the whole list')
  return word(key)
}

/** Returns the words that add an entry. */
export function entryWords(kind: PatternKind, { key, value }: PatternEntry): string {
  if (kind === 'acl') return word(key)
  // HAProxy prints key and value with a space in between, so they could not be told apart.
  if (/[ \t]/.test(key)) throw unsafe(key, 'a key of a map without spaces and tabs')
  return `${word(key)} ${word(value ?? '')}`
}
