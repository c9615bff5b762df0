import type { Directive, Section } from './parse-sections.js'

/**
 * Returns the directive that is in force for these words, from the section or
 * else from its defaults: the last line that starts with them. A line that
 * starts with `no` or `default` and these words takes the setting away, that of
 * the defaults too, and nothing is returned.
 *
 * Tried on HAProxy 2.6 and 3.0:
 *
 * | directives                                                                 | several lines in one section                             |
 * |----------------------------------------------------------------------------|----------------------------------------------------------|
 * | `balance`, `cookie`, `hash-type`, `mode`, `option X`, `retries`, `timeout X`, `enabled` with `disabled` | the last one wins                 |
 * | `hard-stop-after` of `global`                                               | the last one wins, over all `global` sections            |
 * | `maxconn` of `global`                                                       | the first one wins; HAProxy prints an alert and goes on  |
 * | `bind`, `default-server`, `server`, `stats socket`, rules such as `http-request` | each one counts; this function returns the last one |
 *
 * HAProxy knows `no` for `option`, `log` and a few words of `global`, and
 * `default` for `option redispatch`. It refuses them before any other word.
 *
 * @example
 * ```ts
 * import { parseSections } from 'haproxy-config-text'
 * import { findDirective } from 'haproxy-config-text/effective'
 *
 * const [web] = parseSections('backend web\n  balance roundrobin\n  balance leastconn\n')
 * findDirective(web, 'balance')?.words // => ['balance', 'leastconn']
 * findDirective(web, 'option', 'httpchk') // => undefined
 * ```
 */
export function findDirective(
  section: Section | undefined,
  ...words: readonly string[]
): Directive | undefined {
  if (!section) return undefined
  const last = section.directives.findLast(
    directive => startsWith(directive.words, words) || isTakenAway(directive.words, words),
  )
  if (!last) return findDirective(section.defaults, ...words)
  return startsWith(last.words, words) ? last : undefined
}

function startsWith(line: readonly string[], words: readonly string[]): boolean {
  return words.every((word, i) => line[i] === word)
}

function isTakenAway([prefix, ...line]: readonly string[], words: readonly string[]): boolean {
  return (prefix === 'no' || prefix === 'default') && startsWith(line, words)
}
