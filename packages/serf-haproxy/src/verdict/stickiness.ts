import type { Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { hasWhole } from './names-elsewhere.js'
import { optionOf, type ServerLine } from './server-line.js'
import type { Problem } from './verdict.js'

/** The cookie of a backend: what members need to keep it, or the reason why they cannot. */
type Stickiness =
  | {
      /** True if the cookie holds a word of each server line; members then have their names. */
      readonly isOfLines: boolean
      readonly notes: readonly string[]
    }
  | { readonly problem: Problem }

/** Most former values in a note. */
const mostValues = 4

/**
 * Judges the cookie by which clients of a backend stay with a server.
 *
 * @param sections - all sections, which may name a value of the cookie
 */
export function judgeStickiness(
  section: Section,
  chosen: readonly ServerLine[],
  sections: readonly Section[],
): Stickiness {
  const cookie = findDirective(section, 'cookie')
  if (!cookie || findDirective(section, 'mode')?.words[1] !== 'http')
    return { isOfLines: false, notes: [] }
  const { line, words } = cookie
  const [, name = 'NAME', ...options] = words
  const values = chosen.flatMap(server => optionOf(server, 'cookie') ?? [])
  const isOfLines = !options.includes('dynamic')
  const problem =
    (isOfLines ? findNoValue({ name, line, options }, chosen) : undefined) ??
    findNamedValue(name, values, sections)
  if (problem) return { problem }
  return { isOfLines, notes: values.length === 0 ? [] : [newValues(name, values, isOfLines)] }
}

interface Cookie {
  readonly name: string
  readonly line: number
  readonly options: readonly string[]
}

/** Finds a cookie, or a server, that sets no value of its line: members' names would be new to it. */
function findNoValue(
  { name, line, options }: Cookie,
  chosen: readonly ServerLine[],
): Problem | undefined {
  const without = chosen.filter(server => optionOf(server, 'cookie') === undefined)
  const [odd] = without
  if (odd && without.length === chosen.length)
    return {
      line,
      reason: `the cookie ${name} holds the \`cookie\` word of a server line, and these lines have none: HAProxy sets no cookie, and no client stays with its server`,
      remedy: 'write the word on each of these lines, or take the cookie line out',
    }
  if (odd)
    return {
      line: odd.line,
      reason: `server ${odd.name} has no \`cookie\` word, so its clients do not stay, and those of all members would`,
      remedy: 'write the word on its line, or take it to a backend of its own',
    }
  if (!options.some(word => /^(?:insert|rewrite|prefix)$/.test(word)))
    return {
      line,
      reason: `the application itself sets the values of the cookie ${name}, which would have to be the names of the members`,
      remedy: `write \`cookie ${name} insert indirect nocache\`: HAProxy then sets it, or keep these servers static`,
    }
  return undefined
}

/** Finds a line with a value of the cookie, as in `acl old req.cook(SRV) s1`: it would never match again. */
function findNamedValue(
  name: string,
  values: readonly string[],
  sections: readonly Section[],
): Problem | undefined {
  for (const { directives } of sections)
    for (const { line, words } of directives) {
      if (!words.some(word => isFetchOf(name, word))) continue
      // An ACL may have any name of its own.
      const read = words[0] === 'acl' ? words.slice(2) : words
      const value = values.find(each => read.some(word => hasWhole(word, each)))
      if (value === undefined) continue
      return {
        line,
        reason: `\`${words[0]}\` names the value ${value} of the cookie ${name}, which would be gone`,
        remedy: 'take that line out, or keep these servers static',
      }
    }
  return undefined
}

/** Returns whether a word reads this cookie, as `req.cook(SRV)` or `cook_beg(SRV,x)`. */
function isFetchOf(name: string, word: string): boolean {
  return [...word.matchAll(/cook(?:_\w+)?\(\s*([^),\s]*)/g)].some(([, read]) => read === name)
}

function newValues(name: string, values: readonly string[], isOfLines: boolean): string {
  const listed = values.slice(0, mostValues).join(', ')
  const former = values.length > mostValues ? `${listed}, …` : listed
  return isOfLines
    ? `the cookie ${name} gets the members' names as its values: a client with an old one (${former}) is balanced anew, once, unless a member has that name; HAProxy 2.6 needs a reload for each server that joins`
    : `the cookie ${name} gets the values that HAProxy computes: a client with an old one (${former}) is balanced anew, once`
}
