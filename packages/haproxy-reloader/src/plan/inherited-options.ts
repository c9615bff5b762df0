import { parseSections, type ServerOption } from 'haproxy-config-text'
import { effectiveServerOptions } from 'haproxy-config-text/effective'
import { isAddition, type Addition, type Operation } from './operation.js'
import { serverId } from './server-id.js'
import { isPool } from './server-lines.js'

/**
 * Returns operations whose added servers have their whole options: HAProxy
 * applies `default-server` lines to the servers in its file, and not to those
 * that are added at run time. Words that only take an option away are resolved
 * too, since `add server` refuses them. The weight is left out.
 */
export function withInheritedOptions(
  operations: readonly Operation[],
  text: string,
): readonly Operation[] {
  const additions = operations.filter(isAddition)
  // Few texts need this, and there may be thousands of servers to parse.
  const isNeeded =
    additions.length > 0 &&
    (text.includes('default-server') ||
      additions.some(({ server }) => switches.test(server.options)))
  if (!isNeeded) return operations
  const options = wholeOptions(text, new Set(additions.map(additionId)))
  return operations.map(operation => {
    if (!isAddition(operation)) return operation
    const own = operation.server.options
    return {
      ...operation,
      server: { ...operation.server, options: options.get(additionId(operation)) ?? own },
    }
  })
}

/** Words that take an option away, or that imply another. */
const switches = /(?:^|\s)(?:no-|enabled|stick|ssl|tls-tickets|send-proxy)/

function additionId({ pool, server }: Addition): string {
  return serverId({ pool, name: server.name })
}

/** Returns the whole options of servers, by `pool/name`. */
function wholeOptions(text: string, ids: ReadonlySet<string>): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  for (const section of parseSections(text)) {
    if (!isPool(section.kind)) continue
    for (const directive of section.directives) {
      const [keyword, name = ''] = directive.words
      const id = serverId({ pool: section.name, name })
      if (keyword !== 'server' || !ids.has(id)) continue
      const words = withImpliedChecks(effectiveServerOptions(section, directive), directive.words)
        .filter(({ keyword }) => keyword !== 'weight')
        .flatMap(({ keyword, values }) => [keyword, ...values])
      options.set(id, words.map(quoted).join(' '))
    }
  }
  return options
}

/**
 * Adds what HAProxy concludes for a server in its file and not for one that is
 * added: a check of the server's own port and address uses TLS and the PROXY
 * protocol as its traffic does (tried on 2.6 and 3.0).
 */
function withImpliedChecks(
  options: readonly ServerOption[],
  own: readonly string[],
): readonly ServerOption[] {
  const has = (pattern: RegExp) => options.some(({ keyword }) => pattern.test(keyword))
  if (!has(/^check$/) || has(/^(?:port|addr)$/)) return options
  return [
    ...options,
    ...(has(/^ssl$/) && !has(/^check-ssl$/) && !own.includes('no-check-ssl')
      ? [option('check-ssl')]
      : []),
    ...(has(/^send-proxy/) && !has(/^check-send-proxy$/) && !own.includes('no-check-send-proxy')
      ? [option('check-send-proxy')]
      : []),
  ]
}

function option(keyword: string): ServerOption {
  return { keyword, values: [] }
}

/**
 * Returns the options that each pool's servers inherit, as text; pools whose
 * servers inherit none are left out.
 */
export function inheritedByPool(text: string): ReadonlyMap<string, string> {
  const inherited = new Map<string, string>()
  if (!text.includes('default-server')) return inherited
  for (const section of parseSections(text)) {
    if (!isPool(section.kind)) continue
    const first = section.directives.find(({ words: [keyword] }) => keyword === 'server')
    const place = { line: first?.line ?? Infinity, words: ['server', '', ''] }
    const words = effectiveServerOptions(section, place)
      .filter(({ keyword }) => keyword !== 'weight')
      .flatMap(({ keyword, values }) => [keyword, ...values])
    if (words.length > 0) inherited.set(section.name, words.map(quoted).join(' '))
  }
  return inherited
}

/** Returns a word as a configuration line spells it. */
function quoted(word: string): string {
  return word === '' ? '""' : word.replace(/[\\ \t#'"]/g, '\\$&')
}
