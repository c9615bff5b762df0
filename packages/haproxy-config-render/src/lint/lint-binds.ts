import type { Section, ServerOption } from 'haproxy-config-text'
import { parseBind, type Listener } from 'haproxy-config-text/effective'
import type { LintOptions, RuleFinding } from './lint-rule.js'
import { shownProxy } from './proxy-section.js'

/** An address of a line that listens. */
interface Place extends Listener {
  readonly line: number
  /** The section of the line, such as `frontend web`. */
  readonly owner: string
  /** The options that say which network the address is in: equal texts are one network. */
  readonly network: string
  /** The options that say what a connection means, as text. */
  readonly meaning: string
}

/**
 * Finds two lines that listen on one address and port. HAProxy and the kernel
 * accept it, and connections go to one or the other. Tried on HAProxy 2.6 and 3.0:
 *
 * | two lines with one address and port                             | connections                           |
 * |-----------------------------------------------------------------|---------------------------------------|
 * | equal, in other notations, or overlapping port ranges           | some to each                          |
 * | with other `thread`, `process`, `shards`, `id`                  | some to each                          |
 * | with another `interface` or `namespace`, or one with `v6only`   | each has its own                      |
 * | all addresses, and one address; IPv4, and IPv6 of both families | the narrower one has its own          |
 * | one path of a Unix socket                                       | all to the last one                   |
 * | one abstract socket (`abns@`)                                   | HAProxy does not start                |
 * | one proxy of the two is `disabled`                              | all to the other one                  |
 *
 * In one frontend, two lines that differ only in threads and the like are one
 * listener for its clients. `bind` of a `peers` section counts only on the
 * machine that a peer is named after, and is left out.
 */
export function lintBinds(
  sections: readonly Section[],
  { placeOf = line => `line ${line}` }: LintOptions = {},
): RuleFinding[] {
  const seen = new Map<string, Place[]>()
  return sections.flatMap(placesOf).flatMap(place => {
    const key = `${place.protocol} ${place.host} ${place.network}`
    const others = seen.get(key) ?? []
    const other = others.find(one => clash(one, place))
    seen.set(key, [...others, place])
    return other ? [clashOf(other, place, placeOf(other.line))] : []
  })
}

function clash(one: Place, other: Place): boolean {
  const overlap = one.firstPort <= other.lastPort && other.firstPort <= one.lastPort
  return overlap && (one.owner !== other.owner || one.meaning !== other.meaning)
}

function clashOf(
  other: Place,
  { line, owner, protocol, host, firstPort, lastPort }: Place,
  otherPlace: string,
): RuleFinding {
  const port = Math.max(firstPort, other.firstPort)
  const address = firstPort === 0 ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
  const effect =
    protocol === 'unix' || protocol.startsWith('abns')
      ? 'only one of them can have it'
      : 'connections go to one or the other at random'
  const many = port < Math.min(lastPort, other.lastPort) ? ' and more ports' : ''
  return {
    code: 'clashing-bind',
    line,
    message: `${owner} listens on ${address}${many}, and so does ${other.owner} at ${otherPlace}: ${effect}`,
    remedy: 'give each of them an address and port of its own',
  }
}

/** Prefixes of addresses that name something which exists already, and may be shared. */
const inherited: ReadonlySet<string> = new Set(['fd', 'sockpair', 'rhttp', 'rev'])

function placesOf(section: Section): Place[] {
  const owner = shownProxy(section)
  return section.directives.flatMap(({ line, words }) => {
    const { listeners, options } = parseBind(addressWords(section.kind, words))
    const facts = { line, owner, network: networkOf(options), meaning: meaningOf(options) }
    return listeners
      .filter(({ protocol }) => !inherited.has(protocol))
      .map(listener => ({ ...listener, ...facts }))
  })
}

const listening: ReadonlySet<string> = new Set(['frontend', 'listen', 'log-forward'])

/** The words from the address on; none of a line that does not listen. */
function addressWords(
  kind: string,
  [first, second, ...words]: readonly string[],
): readonly string[] {
  if (kind === 'global' && first === 'stats' && second === 'socket') return words
  return listening.has(kind) && first === 'bind' ? [second ?? '', ...words] : []
}

function networkOf(options: readonly ServerOption[]): string {
  const words = options.filter(({ keyword }) => networkKeywords.has(keyword)).map(textOf)
  return [...new Set(words)].toSorted().join(' ')
}

function meaningOf(options: readonly ServerOption[]): string {
  return options
    .filter(({ keyword }) => !plainKeywords.has(keyword))
    .map(textOf)
    .toSorted()
    .join(' ')
}

const textOf = ({ keyword, values }: ServerOption): string => [keyword, ...values].join(' ')

const networkKeywords: ReadonlySet<string> = new Set(['interface', 'namespace', 'v6only'])

/** Keywords that change nothing for a client. */
const plainKeywords: ReadonlySet<string> = new Set([
  'backlog',
  'guid-prefix',
  'id',
  'label',
  'maxconn',
  'name',
  'nbconn',
  'nice',
  'process',
  'shards',
  'thread',
  'v4v6',
])
