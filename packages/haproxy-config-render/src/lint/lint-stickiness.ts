import { parseServerOptions, type Directive, type Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import type { LintOptions, RuleFinding } from './lint-rule.js'
import { hasServers, isHttp } from './proxy-section.js'

/**
 * Finds backends with a cookie that names no server: the lines of managed servers
 * have no `cookie` of their own, so HAProxy sets none, without a warning.
 */
export function lintStickiness(
  sections: readonly Section[],
  { managed }: LintOptions,
): RuleFinding[] {
  return sections
    .filter(section => hasServers(section) && isHttp(section))
    .filter(({ name }) => managed?.includes(name) ?? true)
    .flatMap(section => {
      const cookie = findDirective(section, 'cookie')
      if (!cookie || cookie.words.includes('dynamic') || haveCookies(section, managed)) return []
      return [
        {
          code: 'lost-stickiness' as const,
          line: cookie.line,
          message: `servers of ${section.name} have no cookie value, so no client stays with its server`,
          remedy:
            'write "cookie NAME insert indirect nocache dynamic" and "dynamic-cookie-key KEY", or set `server: { cookie: name }` or sticky in the pool',
        },
      ]
    })
}

/** Returns whether each server has a cookie value; without servers, those to come have none. */
function haveCookies({ directives }: Section, managed: LintOptions['managed']): boolean {
  // A backup server answers while no other does: its clients need not stay.
  const servers = directives.filter(
    directive => directive.words[0] === 'server' && !hasWord(directive, 'backup'),
  )
  return servers.length > 0 || managed === undefined
    ? servers.every(server => hasWord(server, 'cookie'))
    : false
}

function hasWord({ words }: Directive, word: string): boolean {
  return parseServerOptions(words.slice(3)).some(({ keyword }) => keyword === word)
}
