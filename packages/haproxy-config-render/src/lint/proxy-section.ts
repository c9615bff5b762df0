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

/** Returns a section's name for a message, such as `backend web`. */
export const shownProxy = ({ kind, name }: Section): string => `${kind} ${name}`.trim()
