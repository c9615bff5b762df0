import type { Directive, Section } from 'haproxy-config-text'
import { effectiveServerOptions } from 'haproxy-config-text/effective'
import type { RuleFinding } from './lint-rule.js'

function serversOf({ directives }: Section): Directive[] {
  return directives.filter(({ words: [keyword] }) => ownOptionsAt.has(keyword ?? ''))
}

/** Index of the first option of each kind of server line. */
const ownOptionsAt: ReadonlyMap<string, number> = new Map([
  ['server', 3],
  ['server-template', 4],
])

/** Finds servers that are not checked. */
export function lintServers(section: Section): RuleFinding[] {
  return serversOf(section).flatMap(({ line, words }) => {
    const keywords = effectiveServerOptions(section, { line, words }).map(({ keyword }) => keyword)
    // A server with `track` has the state of the server that it names, which HAProxy wants checked.
    if (keywords.includes('check') || keywords.includes('track')) return []
    const server = `${words.slice(0, 2).join(' ')} of ${section.name}`
    const message = keywords.includes('agent-check')
      ? `${server} has an agent check and no health check: HAProxy ignores an agent that does not answer, so a dead server keeps its share of the requests`
      : `${server} is not checked: a dead one keeps its share of the requests`
    return [{ code: 'unchecked-server', line, message, remedy: 'add "check" to the line' }]
  })
}
