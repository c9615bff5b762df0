import {
  parseServerOptions,
  type Directive,
  type Section,
  type ServerOption,
} from 'haproxy-config-text'
import { effectiveServerOptions } from 'haproxy-config-text/effective'
import type { RuleFinding } from './lint-rule.js'
import { shownProxy } from './proxy-section.js'

/** Finds servers that are not checked, and words that servers added at run time lack. */
export function lintServers(section: Section): RuleFinding[] {
  return [...defaultServer(section), ...uncheckedServers(section)]
}

/** A backend without servers has no finding: their own words are not known. */
function defaultServer(section: Section): RuleFinding[] {
  const inherited = new Map(
    serversOf(section).flatMap(server =>
      inheritedOptions(section, server).map(option => [option.keyword, option] as const),
    ),
  )
  const [first] = inherited.keys()
  const line = first !== undefined && lineWith(section, first)
  if (!line) return []
  const words = [...inherited.values()].flatMap(({ keyword, values }) => [keyword, ...values])
  const shown = `"${words.join(' ')}"`
  return [
    {
      code: 'default-server',
      line,
      proxy: shownProxy(section),
      messageOn: proxies =>
        `a server that is added to ${proxies} at run time lacks ${shown} of default-server`,
      remedy: `add ${shown} to the pool's serverOptions, or to the "server" lines of the template; or remove it from default-server at line ${line}`,
    },
  ]
}

function serversOf({ directives }: Section): Directive[] {
  return directives.filter(({ words: [keyword] }) => ownOptionsAt.has(keyword ?? ''))
}

/** Index of the first option of each kind of server line. */
const ownOptionsAt: ReadonlyMap<string, number> = new Map([
  ['server', 3],
  ['server-template', 4],
])

/** Options that a server has from default-server only; `weight` is set at run time too. */
function inheritedOptions(section: Section, server: Directive): ServerOption[] {
  const at = ownOptionsAt.get(server.words[0] ?? '')
  const own = new Set(parseServerOptions(server.words.slice(at)).map(({ keyword }) => keyword))
  return effectiveServerOptions(section, server).filter(
    ({ keyword }) => keyword !== 'weight' && !own.has(keyword),
  )
}

/** Line of the last default-server with a keyword, in the section or its defaults. */
function lineWith(section: Section, wanted: string): number | undefined {
  const found = section.directives.findLast(
    ({ words: [first, ...words] }) =>
      first === 'default-server' &&
      parseServerOptions(words).some(({ keyword }) => keyword === wanted),
  )
  return found?.line ?? (section.defaults && lineWith(section.defaults, wanted))
}

function uncheckedServers(section: Section): RuleFinding[] {
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
