import type { Directive, Section } from 'haproxy-config-text'
import type { Problem } from './verdict.js'

/** Directives of a section in which a word of its own may be the name of a server. */
const namingDirectives: ReadonlySet<string> = new Set(['use-server', 'tcp-check', 'http-check'])
/** Fetches whose value or argument is a server. */
const serverFetch = /\bsrv_\w+/

/**
 * Finds a line that names a server which members would replace: `use-server`,
 * `track`, checks with its name, and fetches such as `srv_is_up(web/s1)` in any
 * section. HAProxy would refuse the line, or it would never match again.
 */
export function findNamedServer(
  section: Section,
  servers: ReadonlySet<string>,
  sections: readonly Section[],
): Problem | undefined {
  for (const other of sections) {
    for (const directive of other.directives) {
      const words = [
        ...directive.words.filter(word => word.includes(`${section.name}/`)),
        ...(other === section ? wordsThatName(directive) : []),
      ]
      // Most lines have no such word, and there may be thousands of servers.
      const name = words.length > 0 && [...servers].find(each => isNamed(each, section, words))
      if (name === false || name === undefined) continue
      const [keyword = ''] = directive.words
      return {
        line: directive.line,
        reason: `\`${keyword}\` names the server ${name}, which would be gone`,
        remedy: 'take that line out, or keep these servers static',
      }
    }
  }
  return undefined
}

/** Returns the words of a line that may name a server of its own section. */
function wordsThatName({ words }: Directive): readonly string[] {
  const [keyword = '', ...rest] = words
  if (/^(?:server|server-template|default-server)$/.test(keyword))
    return rest.filter((_, i) => rest[i - 1] === 'track')
  const isNaming = namingDirectives.has(keyword) || rest.some(word => serverFetch.test(word))
  return isNaming ? rest : []
}

function isNamed(server: string, { name }: Section, words: readonly string[]): boolean {
  return words.some(word =>
    hasWhole(word, word.includes(`${name}/`) ? `${name}/${server}` : server),
  )
}

/** Returns whether a word has a name that is not part of a longer one. */
export function hasWhole(word: string, name: string): boolean {
  for (let at = word.indexOf(name); at >= 0; at = word.indexOf(name, at + 1)) {
    const around = word.charAt(at - 1) + word.charAt(at + name.length)
    if (!/[A-Za-z0-9_.-]/.test(around)) return true
  }
  return false
}
