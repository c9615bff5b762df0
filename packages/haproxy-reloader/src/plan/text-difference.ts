import type { DesiredState } from './desired-state.js'
import type { ReloadReason } from './reload-trigger.js'
import {
  isOtherLimit,
  managedServerLines,
  unmanagedServers,
  type ServerLine,
} from './server-lines.js'
import { sectionHead, skeleton } from './skeleton.js'

/** The servers in which two texts differ; their options are in the spelling of `comparableOptions`. */
export interface ServerDifference {
  /** The options of servers that only the second text has, by `pool/name`. */
  readonly added: ReadonlyMap<string, string>
  /** The options of servers that only the first text has, by `pool/name`. */
  readonly dropped: ReadonlyMap<string, string>
  /** Servers of both texts, as `pool/name`, that differ in the number of `maxconn` only. */
  readonly limited: ReadonlySet<string>
}

/** The difference of two texts: a reason to reload, or servers. */
export type TextDifference = { readonly reload: ReloadReason } | ServerDifference

/** Texts that have the same servers. */
export const noDifference: ServerDifference = {
  added: new Map(),
  dropped: new Map(),
  limited: new Set(),
}

/**
 * Compares the text that HAProxy runs with the desired one.
 *
 * @param unmanaged - the unmanaged servers of the first text, as `pool/name`;
 * without it those of the desired text, so that an unmanaged server that is gone
 * from there counts as dropped
 */
export function differenceInText(
  from: string | undefined,
  to: DesiredState,
  unmanaged?: ReadonlySet<string>,
): TextDifference {
  if (from === undefined) {
    const reason = 'the configuration that HAProxy loaded is unknown'
    return { reload: { trigger: 'unknown', reason } }
  }
  if (from === to.text) return noDifference
  const damage = damageOf(to.text)
  if (damage) return { reload: { trigger: 'text', reason: damage } }
  const pools = new Set(to.pools.map(pool => pool.name))
  const [fromPart, toPart] = differingParts(from, to.text)
  const unmanagedTo = unmanagedServers(toPart, to.pools)
  const unmanagedFrom = unmanaged ?? unmanagedTo
  if (skeleton(fromPart, pools, unmanagedFrom) !== skeleton(toPart, pools, unmanagedTo)) {
    const reason = 'the configuration differs in more than servers'
    return { reload: { trigger: 'text', reason } }
  }
  const before = managedServerLines(fromPart, pools, unmanagedFrom)
  const after = managedServerLines(toPart, pools, unmanagedTo)
  const limited = limitedServers(before, after)
  if ('reload' in limited) return limited
  const difference = {
    added: optionsWithout(after, before),
    dropped: optionsWithout(before, after),
    limited,
  }
  const isAny = difference.dropped.size > 0
  const references = isAny ? serverReferences(to.text) : new Set<string>()
  const reload = referenceToDropped(references, difference)
  return reload ? { reload } : difference
}

/** Returns the servers of both texts that differ in their `maxconn` only; a reload if one differs in more. */
function limitedServers(
  before: ReadonlyMap<string, ServerLine>,
  after: ReadonlyMap<string, ServerLine>,
): ReadonlySet<string> | { readonly reload: ReloadReason } {
  const limited = new Set<string>()
  for (const [id, line] of after) {
    const old = before.get(id) ?? line
    if (isSame(old, line)) continue
    const isSamePlace = old.decidingLinesAbove === line.decidingLinesAbove
    if (!isSamePlace || !isOtherLimit(old.options, line.options))
      return { reload: optionsDiffer(id) }
    limited.add(id)
  }
  return limited
}

/** Returns the reason to reload for a server that is in both texts. */
export function optionsDiffer(id: string): ReloadReason {
  return { trigger: 'options', reason: `the options of ${id} differ` }
}

/** Returns what HAProxy refuses in a text apart from its lines; only a check of the whole text tells. */
export function damageOf(text: string): string | undefined {
  if (!text.endsWith('\n')) return 'the configuration does not end with a line feed'
  if (text.includes('\0')) return 'the configuration has a zero character'
  return text.startsWith('\ufeff') ? 'the configuration begins with a byte order mark' : undefined
}

/**
 * Places where a text names a server: HAProxy refuses the whole text if there is
 * none of that name. They are `use-server NAME`, `track [BACKEND/]NAME` and
 * fetches such as `srv_is_up([BACKEND/]NAME)`; not `track-sc0`.
 */
const serverReference =
  /(?:(?<![\w-])(?:use-server|track)[ \t]+|\bsrv_\w+\([ \t]*)["']?(?:[\w.:-]+\/)?([\w.:-]+)/g

/** Returns the names of servers that a text refers to. */
export function serverReferences(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(serverReference)].map(([, name = '']) => name))
}

/** Returns a reason to reload if a text may refer to a server that it no longer has. */
export function referenceToDropped(
  references: ReadonlySet<string>,
  { dropped }: ServerDifference,
): ReloadReason | undefined {
  if (references.size === 0) return undefined
  const id = [...dropped.keys()].find(each => references.has(each.slice(each.indexOf('/') + 1)))
  const reason = `${id} leaves, and the configuration refers to a server of that name`
  return id === undefined ? undefined : { trigger: 'text', reason }
}

function isSame(a: ServerLine, b: ServerLine): boolean {
  return a.options === b.options && a.decidingLinesAbove === b.decidingLinesAbove
}

function optionsWithout(
  servers: ReadonlyMap<string, ServerLine>,
  others: ReadonlyMap<string, ServerLine>,
): ReadonlyMap<string, string> {
  return new Map(
    [...servers].filter(([id]) => !others.has(id)).map(([id, { options }]) => [id, options]),
  )
}

/**
 * Returns the lines in which two texts differ, below the line that begins their
 * section. If one of 10,000 servers differs, only its line has to be parsed.
 */
function differingParts(a: string, b: string): [string, string] {
  const shared = commonLength(a, b, (text, n) => text.slice(0, n))
  const start = shared === 0 ? 0 : a.lastIndexOf('\n', shared - 1) + 1
  const restA = a.slice(start)
  const restB = b.slice(start)
  const tail = commonLength(restA, restB, (text, n) => text.slice(text.length - n))
  // The tail begins after a line feed that both have.
  const lineFeed = restA.indexOf('\n', restA.length - tail)
  const end = tail === 0 || lineFeed < 0 ? 0 : restA.length - lineFeed
  const head = sectionHead(a.slice(0, start))
  return [restA, restB].map(rest => head + rest.slice(0, rest.length - end)) as [string, string]
}

/** Returns how many characters two texts share at one end; `take` returns so many of that end. */
function commonLength(a: string, b: string, take: (text: string, n: number) => string): number {
  let same = 0
  let different = Math.min(a.length, b.length) + 1
  while (different - same > 1) {
    const middle = (same + different) >> 1
    if (take(a, middle) === take(b, middle)) same = middle
    else different = middle
  }
  return same
}
