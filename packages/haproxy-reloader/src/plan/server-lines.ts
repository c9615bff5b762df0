import {
  configurationLines,
  parseServerOptions,
  splitWords,
  type ConfigurationLine,
} from 'haproxy-config-text'
import type { DesiredPool, DesiredState } from './desired-state.js'
import { serverId } from '../servers/server-id.js'

/** The names of the managed pools. */
export type PoolNames = ReadonlySet<string>

/** Returns whether a line is a server of a managed pool. */
export function isServerOfPool({ keyword, section }: ConfigurationLine, pools: PoolNames): boolean {
  return keyword === 'server' && isPool(section?.kind) && pools.has(section?.name ?? '')
}

/** Returns whether a section of this kind has servers that can be managed. */
export function isPool(kind: string | undefined): boolean {
  return kind === 'backend' || kind === 'listen'
}

/** Returns whether a server line is one of these unmanaged servers. */
export function isUnmanaged(line: ConfigurationLine, unmanaged: ReadonlySet<string>): boolean {
  return unmanaged.size > 0 && unmanaged.has(lineId(line))
}

/** A server line of a managed pool. */
export interface ServerLine {
  /** Its options in one spelling; see {@link comparableOptions}. */
  readonly options: string
  /**
   * Number of lines above it that decide what it has and whether it counts:
   * `default-server` lines of its section, and conditions such as `.if`.
   */
  readonly decidingLinesAbove: number
}

/** Returns the lines of the managed servers of a text, by `pool/name`. */
export function managedServerLines(
  text: string,
  pools: PoolNames,
  unmanaged: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, ServerLine> {
  const lines = new Map<string, ServerLine>()
  let section: unknown
  let conditions = 0
  let defaults = 0
  for (const line of configurationLines(text)) {
    if (line.section !== section) defaults = 0
    section = line.section
    if (line.keyword === 'default-server') defaults++
    if (line.keyword.startsWith('.')) conditions++
    if (!isServerOfPool(line, pools) || isUnmanaged(line, unmanaged)) continue
    const options = comparableOptions(splitWords(line.text).slice(3))
    lines.set(lineId(line), { options, decidingLinesAbove: conditions + defaults })
  }
  return lines
}

/**
 * Returns the options of a server line in one spelling. The weight is left out,
 * since it can change at run time; but where the server has an agent check,
 * HAProxy sets the weight itself, relative to the one on the line, and only a
 * reload can change that one.
 */
export function comparableOptions(words: readonly string[]): string {
  const options = parseServerOptions(words)
  const weights = options.filter(({ keyword }) => keyword === 'weight')
  const others = options.filter(({ keyword }) => keyword !== 'weight')
  const isAgentChecked = others.some(({ keyword }) => keyword === 'agent-check')
  return [...(isAgentChecked ? weights : []), ...others]
    .map(({ keyword, values }) => JSON.stringify([keyword, ...values]))
    .join(' ')
}

/** The `maxconn` of options in the spelling of {@link comparableOptions}. */
const maxconn = /\["maxconn","\d+"\]/

/**
 * Returns whether options, in the spelling of {@link comparableOptions}, differ in
 * the number of their `maxconn` only, which HAProxy can change at run time. With
 * `minconn`, HAProxy computes the limit of a starting server from both.
 */
export function isOtherLimit(before: string, after: string): boolean {
  if (before === after || !maxconn.test(after) || after.includes('["minconn"')) return false
  return before.replace(maxconn, '') === after.replace(maxconn, '') && maxconn.test(before)
}

/**
 * Returns the servers that the backends of managed pools have in a text and
 * that the pools lack, as `pool/name`: written by hand, or made by
 * `server-template`. They belong to the text, like all its other lines.
 */
export function unmanagedServers(text: string, pools: readonly DesiredPool[]): ReadonlySet<string> {
  const named = new Map<string, string[]>()
  for (const { keyword, section, text: line } of configurationLines(text)) {
    if (!isPool(section?.kind) || !/^server(?:-template)?$/.test(keyword)) continue
    const names = named.get(section?.name ?? '') ?? []
    named.set(section?.name ?? '', names)
    names.push(...namesOf(splitWords(line)))
  }
  return new Set(
    pools.flatMap(pool => {
      const names = named.get(pool.name) ?? []
      const isManaged = lookUp(pool, names.length)
      return names.filter(name => !isManaged(name)).map(name => serverId({ pool: pool.name, name }))
    }),
  )
}

/** Returns a test for the servers of a pool that is cheap for this number of names. */
function lookUp({ servers }: DesiredPool, names: number): (name: string) => boolean {
  // One changed line among thousands of servers needs no index of them.
  if (names < 16) return name => servers.some(server => server.name === name)
  const index = new Set(servers.map(({ name }) => name))
  return name => index.has(name)
}

/**
 * Returns the servers that the text of a desired state has no line for: those
 * with one are not ours to remove.
 *
 * @param gone - servers, as `pool/name`, that are known to have none
 */
export function withoutServersOfText<
  Server extends { readonly pool: string; readonly name: string },
>(
  servers: readonly Server[],
  { text, pools }: DesiredState,
  gone: readonly ReadonlyMap<string, unknown>[],
): readonly Server[] {
  const isKnown = (server: Server) => gone.some(ids => ids.has(serverId(server)))
  // The servers that just left or still drain are known, and there may be thousands of lines.
  if (servers.every(isKnown)) return servers
  const unmanaged = unmanagedServers(text, pools)
  return servers.filter(server => !unmanaged.has(serverId(server)))
}

/** Returns the names of the servers of a `server` or `server-template` line. */
function namesOf([keyword, name = '', count = '']: readonly string[]): string[] {
  if (keyword === 'server') return [name]
  // `server-template PREFIX NUMBER | FIRST-LAST ADDRESS`
  const [, from = '', to] = /^(\d+)(?:-(\d+))?$/.exec(count) ?? []
  const [first, last] = to === undefined ? [1, Number(from)] : [Number(from), Number(to)]
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => `${name}${first + i}`)
}

function lineId({ section, text }: ConfigurationLine): string {
  return serverId({ pool: section?.name ?? '', name: splitWords(text)[1] ?? '' })
}
