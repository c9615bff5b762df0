import type { Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'

/** Returns whether a section accepts clients. */
export const hasListeners = ({ kind }: Section): boolean => kind === 'frontend' || kind === 'listen'

/** Returns whether a section can have servers. */
export const hasServers = ({ kind }: Section): boolean => kind === 'backend' || kind === 'listen'

/** Returns whether a proxy speaks HTTP. The default is tcp. */
export function isHttp(section: Section): boolean {
  return findDirective(section, 'mode')?.words[1] === 'http'
}

/** Returns whether HAProxy leaves a proxy out: the last of `disabled` and `enabled` is `disabled`. */
export function isDisabled(section: Section): boolean {
  if (!hasListeners(section) && !hasServers(section)) return false
  const words = findInChain(section, word => word === 'disabled' || word === 'enabled')
  return words === 'disabled'
}

/** The last first word that passes a test, in the section or else in its chain of defaults. */
function findInChain(section: Section, test: (word: string) => boolean): string | undefined {
  const own = section.directives.findLast(({ words: [word = ''] }) => test(word))
  if (own) return own.words[0]
  return section.defaults && findInChain(section.defaults, test)
}

/** Returns a section's name for a message, such as `backend web`. */
export const shownProxy = ({ kind, name }: Section): string => `${kind} ${name}`.trim()
