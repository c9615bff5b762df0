import { parseSections, splitWords, type Directive, type Section } from 'haproxy-config-text'
import type { DesiredPool, DesiredServer, DesiredState } from './desired-state.js'
import type { Addition } from './operation.js'
import { isPool } from './server-lines.js'
import { damageOf, serverReferences } from './text-difference.js'

/** A server line, and the section from which it inherits. */
export interface ServerPlace {
  readonly section: Section
  readonly server: Directive
}

/** The facts about all texts of one frame, which has been read once for them. */
export interface FrameFacts {
  /** Names of servers that the text refers to. */
  readonly references: ReadonlySet<string>
  /** True if the texts have to be compared: their servers refer to servers, or the text is damaged. */
  isComparedByText: boolean
  /**
   * The section of each pool that has a server, with `default-server` lines and
   * without servers, and the number of its first server line; undefined if no
   * server inherits anything.
   */
  readonly places:
    ReadonlyMap<string, { readonly section: Section; readonly line: number }> | undefined
}

const known = new WeakMap<object, FrameFacts>()

/** Returns the facts about the frame of a state; undefined if it has none. */
export function frameFacts(desired: DesiredState): FrameFacts | undefined {
  const { frame } = desired
  if (!frame) return undefined
  let facts = known.get(frame)
  if (!facts) {
    const { text, pools } = desired
    facts = {
      references: serverReferences(text),
      isComparedByText: damageOf(text) !== undefined || pools.some(hasReference),
      places: text.includes('default-server') ? placesOf(text) : undefined,
    }
    known.set(frame, facts)
  }
  return facts
}

/** Returns whether a server cannot be judged without the text: it refers to servers, or breaks its line. */
export function needsText({ name, address, options }: DesiredServer): boolean {
  return /[\0\r\n]/.test(options) || serverReferences(`${name} ${address} ${options}`).size > 0
}

function hasReference({ servers }: DesiredPool): boolean {
  // Thousands of servers have a few different options.
  const seen = new Set<string>()
  return servers.some(server => {
    if (seen.has(server.options)) return false
    seen.add(server.options)
    return needsText(server)
  })
}

function placesOf(text: string): NonNullable<FrameFacts['places']> {
  const places = new Map<string, { section: Section; line: number }>()
  for (const section of parseSections(text)) {
    const first = section.directives.find(({ words: [keyword] }) => keyword === 'server')
    if (!isPool(section.kind) || !first) continue
    const directives = section.directives.filter(({ words: [keyword] }) => keyword !== 'server')
    places.set(section.name, { section: { ...section, directives }, line: first.line })
  }
  return places
}

/**
 * Returns the place of an added server in the texts of a frame. Servers of one
 * pool are at one place: the frame has all its other lines.
 *
 * @returns `alone` if servers inherit nothing; undefined if the text has to be read
 */
export function placeInFrame(
  { places }: FrameFacts,
  { pool, server }: Addition,
): ServerPlace | 'alone' | undefined {
  if (!places) return 'alone'
  const place = places.get(pool)
  if (!place) return undefined
  const { name, address, weight, options } = server
  const words = ['server', name, address, 'weight', `${weight}`, ...splitWords(options)]
  return { section: place.section, server: { line: place.line, words } }
}
