/** The release lines of HAProxy that know a section keyword. */
export interface KnownReleases {
  /** The first one; `1.9` for keywords that every supported release knows. */
  readonly since: string
  /** The last one, where the keyword was removed. */
  readonly until?: string
}

/**
 * The words that begin a section when they are the first of a line, in HAProxy
 * 2.6 to 3.2. A word that is missing here makes the lines of its section look
 * like lines of the section before. Source: the configuration manuals of 2.6,
 * 2.8, 3.0 and 3.2; a test holds the list against the installed releases.
 *
 * @example
 * ```ts
 * import { sectionKeywords } from 'haproxy-config-text'
 *
 * sectionKeywords.get('crt-store') // => { since: '3.0' }
 * sectionKeywords.has('server') // => false
 * ```
 */
export const sectionKeywords: ReadonlyMap<string, KnownReleases> = new Map([
  ['global', { since: '1.9' }],
  ['defaults', { since: '1.9' }],
  ['frontend', { since: '1.9' }],
  ['backend', { since: '1.9' }],
  ['listen', { since: '1.9' }],
  ['userlist', { since: '1.9' }],
  ['peers', { since: '1.9' }],
  ['resolvers', { since: '1.9' }],
  ['mailers', { since: '1.9' }],
  ['cache', { since: '1.9' }],
  ['namespace_list', { since: '1.9' }],
  ['program', { since: '2.0', until: '3.2' }],
  ['fcgi-app', { since: '2.1' }],
  ['http-errors', { since: '2.2' }],
  ['ring', { since: '2.2' }],
  ['log-forward', { since: '2.3' }],
  ['crt-store', { since: '3.0' }],
  ['log-profile', { since: '3.1' }],
  ['traces', { since: '3.1' }],
  ['acme', { since: '3.2' }],
])
