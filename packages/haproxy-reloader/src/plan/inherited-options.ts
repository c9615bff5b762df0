import { parseSections, splitWords, type Section, type ServerOption } from 'haproxy-config-text'
import { effectiveServerOptions } from 'haproxy-config-text/effective'
import type { DesiredState } from './desired-state.js'
import { frameFacts, placeInFrame, type ServerPlace } from './frame-facts.js'
import { isAddition, type Addition, type ServerOperation } from './operation.js'
import { serverId } from '../servers/server-id.js'
import { isPool } from './server-lines.js'

/**
 * Returns operations whose added servers have their whole options: HAProxy
 * applies `default-server` lines to the servers in its file, and not to those
 * that are added at run time. Words that only take an option away are resolved
 * too, since `add server` refuses them. The weight is left out.
 */
export function withInheritedOptions(
  operations: readonly ServerOperation[],
  desired: DesiredState,
): readonly ServerOperation[] {
  const additions = operations.filter(isAddition)
  if (additions.length === 0) return operations
  const lines = linesInFrame(additions, desired) ?? linesInText(additions, desired.text)
  return operations.map(operation => {
    if (!isAddition(operation)) return operation
    const line = lines.get(additionId(operation)) ?? lineAlone(operation)
    const options =
      line.section === alone && !switches.test(operation.server.options)
        ? operation.server.options
        : wholeOptions(line)
    return { ...operation, server: { ...operation.server, options } }
  })
}

/** Words that take an option away, or that imply another. */
const switches = /(?:^|\s)(?:no-|enabled|stick|ssl|tls-tickets|send-proxy)/

/** A section from which nothing is inherited. */
const alone: Section = { kind: 'backend', name: '', line: 0, directives: [], defaults: undefined }

function lineAlone({ server: { name, address, options } }: Addition): ServerPlace {
  const words = ['server', name, address, ...splitWords(options)]
  return { section: alone, server: { line: 1, words } }
}

function additionId({ pool, server }: Addition): string {
  return serverId({ pool, name: server.name })
}

/** Returns the lines of servers, by `pool/name`, from the frame of a state; undefined if the text has to be read. */
function linesInFrame(
  additions: readonly Addition[],
  desired: DesiredState,
): ReadonlyMap<string, ServerPlace> | undefined {
  const facts = frameFacts(desired)
  if (!facts) return undefined
  const lines = new Map<string, ServerPlace>()
  for (const addition of additions) {
    const place = placeInFrame(facts, addition)
    if (!place) return undefined
    if (place !== 'alone') lines.set(additionId(addition), place)
  }
  return lines
}

/** Returns the lines of servers in a text that inherit, by `pool/name`. */
function linesInText(
  additions: readonly Addition[],
  text: string,
): ReadonlyMap<string, ServerPlace> {
  // Few texts need to be read, and there may be thousands of servers in them.
  if (!text.includes('default-server')) return new Map()
  const ids = new Set(additions.map(additionId))
  const lines = new Map<string, ServerPlace>()
  for (const section of parseSections(text)) {
    if (!isPool(section.kind)) continue
    for (const server of section.directives) {
      const [keyword, name = ''] = server.words
      const id = serverId({ pool: section.name, name })
      if (keyword === 'server' && ids.has(id)) lines.set(id, { section, server })
    }
  }
  return lines
}

/** Returns the options of a server line, inherited ones included, without its weight. */
function wholeOptions({ section, server }: ServerPlace): string {
  return written(withImpliedChecks(effectiveServerOptions(section, server), server.words))
}

function written(options: readonly ServerOption[]): string {
  return options
    .filter(({ keyword }) => keyword !== 'weight')
    .flatMap(({ keyword, values }) => [keyword, ...values])
    .map(quoted)
    .join(' ')
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
    const options = written(effectiveServerOptions(section, place))
    if (options !== '') inherited.set(section.name, options)
  }
  return inherited
}

/** Returns a word as a configuration line spells it. */
function quoted(word: string): string {
  return word === '' ? '""' : word.replace(/[\\ \t#'"]/g, '\\$&')
}
