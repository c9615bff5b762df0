import type { Section } from './parse-sections.js'

const proxies: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen'])

/**
 * Returns whether HAProxy leaves a proxy out: the last of `disabled` and
 * `enabled` counts, of its own or else of its defaults. Other sections have
 * neither.
 *
 * @example
 * ```ts
 * import { parseSections } from 'haproxy-config-text'
 * import { isDisabled } from 'haproxy-config-text/effective'
 *
 * const sections = parseSections('backend old\n  disabled\nbackend web\n  mode http\n')
 * sections.map(isDisabled) // => [true, false]
 * ```
 */
export function isDisabled(section: Section): boolean {
  return proxies.has(section.kind) && lastSwitch(section) === 'disabled'
}

function lastSwitch({ directives, defaults }: Section): string | undefined {
  const own = directives.findLast(
    ({ words: [keyword] }) => keyword === 'disabled' || keyword === 'enabled',
  )
  return own ? own.words[0] : defaults && lastSwitch(defaults)
}
