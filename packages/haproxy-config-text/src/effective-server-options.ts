import type { Directive, Section } from './parse-sections.js'
import { parseServerOptions, type ServerOption } from './server-options.js'

/**
 * Returns the options that a `server` or `server-template` line of a section
 * has, inherited ones included; each keyword comes once. Later words win over
 * earlier ones, in this order (tried on HAProxy 2.6 and 3.0):
 *
 * | words                                                    | count                                                   |
 * |----------------------------------------------------------|---------------------------------------------------------|
 * | `default-server` of the `defaults` that the section's `defaults` extends (`from`) | first, and so on down the chain |
 * | `default-server` of the section's `defaults`             | next, each line on top of the one before                |
 * | `default-server` of the section above the server's line  | next, on top of those of the defaults                   |
 * | `default-server` of the section below the server's line  | not at all                                              |
 * | the server's own words                                   | last                                                    |
 * | `no-check`, `no-agent-check`, `no-backup`, `no-ssl`, `no-check-ssl`, `no-send-proxy`, … | take the option away, also an inherited one |
 * | `enabled`, `stick`, `ssl-reuse`, `tls-tickets`           | take away `disabled`, `non-stick`, `no-ssl-reuse`, `no-tls-tickets` |
 * | `id`, `guid` in `default-server`                         | not at all: HAProxy prints an alert and ignores them    |
 * | `cookie`, `track`, `disabled`, `weight`, `addr`, `port`, `ssl`, … in `default-server` | like any other; no word takes a `cookie` or `track` away |
 *
 * A server that is added at run time has its own words only.
 *
 * @example
 * ```ts
 * import { parseSections } from 'haproxy-config-text'
 * import { effectiveServerOptions } from 'haproxy-config-text/effective'
 *
 * const [web] = parseSections('backend web\n  default-server check\n  server s1 10.0.0.1:80 backup\n')
 * const server = web?.directives[1]
 * const options = web && server ? effectiveServerOptions(web, server) : []
 * options.map(({ keyword }) => keyword) // => ['check', 'backup']
 * ```
 */
export function effectiveServerOptions(section: Section, server: Directive): ServerOption[] {
  const inherited = defaultServerLines(section, server.line).flatMap(({ words }) =>
    parseServerOptions(words.slice(1)).filter(({ keyword }) => !ownOnly.has(keyword)),
  )
  return inForce([...inherited, ...parseServerOptions(server.words.slice(ownWordsAt(server)))])
}

/** Keywords that HAProxy ignores in `default-server`. */
const ownOnly: ReadonlySet<string> = new Set(['id', 'guid'])

/** The `default-server` lines above a line, those of the outermost defaults first. */
function defaultServerLines(section: Section, before: number): readonly Directive[] {
  const { defaults } = section
  const own = ownDefaultServers(section)
  if (!defaults && own.length === 0) return own
  return [
    ...(defaults ? defaultServerLines(defaults, Infinity) : []),
    ...own.filter(({ line }) => line < before),
  ]
}

/** The `default-server` lines of a section: it is searched once, and not for each of its servers. */
const searched = new WeakMap<Section, readonly Directive[]>()

function ownDefaultServers(section: Section): readonly Directive[] {
  const known = searched.get(section)
  if (known) return known
  const found = section.directives.filter(({ words: [keyword] }) => keyword === 'default-server')
  searched.set(section, found)
  return found
}

/** Index of the first option: `server NAME ADDRESS …`, `server-template PREFIX NUMBERS ADDRESS …`. */
function ownWordsAt({ words: [keyword] }: Directive): number {
  return keyword === 'server-template' ? 4 : 3
}

/** Keywords that take another away; they are themselves the state of a server without any option. */
const takenAwayBy: ReadonlyMap<string, string> = new Map([
  ['enabled', 'disabled'],
  ['stick', 'non-stick'],
  ['ssl-reuse', 'no-ssl-reuse'],
  ['tls-tickets', 'no-tls-tickets'],
  ...(
    'agent-check backup check check-send-proxy check-ssl send-proxy send-proxy-v2 ' +
    'send-proxy-v2-ssl send-proxy-v2-ssl-cn ssl tfo'
  )
    .split(' ')
    .map(keyword => [`no-${keyword}`, keyword] as const),
])

/** Applies options in order: the last of a keyword wins, at its place. */
function inForce(options: readonly ServerOption[]): ServerOption[] {
  const byKeyword = new Map<string, ServerOption>()
  for (const option of options) {
    const taken = takenAwayBy.get(option.keyword)
    byKeyword.delete(taken ?? option.keyword)
    if (taken === undefined) byKeyword.set(option.keyword, option)
  }
  return [...byKeyword.values()]
}
