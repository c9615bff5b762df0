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
      const name = [...servers].find(
        each =>
          namesOutright(directive, `${section.name}/${each}`) ||
          (other === section && namesLocally(directive, each)),
      )
      if (name === undefined) continue
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

/** Returns whether a line has `BACKEND/SERVER`. */
function namesOutright({ words }: Directive, wanted: string): boolean {
  return words.some(word => hasWhole(word, wanted))
}

function namesLocally({ words }: Directive, server: string): boolean {
  const [keyword = '', ...rest] = words
  if (keyword === 'server' || keyword === 'server-template' || keyword === 'default-server')
    return rest.some((word, i) => word === 'track' && rest[i + 1] === server)
  const isNaming = namingDirectives.has(keyword) || rest.some(word => serverFetch.test(word))
  return isNaming && rest.some(word => hasWhole(word, server))
}

/** Returns whether a word has a name that is not part of a longer one. */
function hasWhole(word: string, name: string): boolean {
  for (let at = word.indexOf(name); at >= 0; at = word.indexOf(name, at + 1)) {
    const around = word.charAt(at - 1) + word.charAt(at + name.length)
    if (!/[A-Za-z0-9_.-]/.test(around)) return true
  }
  return false
}
