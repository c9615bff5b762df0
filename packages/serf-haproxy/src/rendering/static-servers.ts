import { parseSections } from 'haproxy-config-text'

/** Name of a server, and of its pool. */
export interface ServerName {
  /** Name of the pool. */
  readonly pool: string
  /** Name of the server, unique in its pool. */
  readonly name: string
}

/**
 * Returns a test for the servers that a template has of its own, by their lines
 * in a rendering without members: the agent never removes them.
 */
export function staticServerTest(withoutMembers: string): (server: ServerName) => boolean {
  let names: ReadonlySet<string> | undefined
  return ({ pool, name }) => (names ??= staticServers(withoutMembers)).has(`${pool}/${name}`)
}

function staticServers(text: string): ReadonlySet<string> {
  return new Set(
    parseSections(text)
      .filter(({ kind }) => kind === 'backend' || kind === 'listen')
      .flatMap(({ name: pool, directives }) =>
        directives.flatMap(({ words }) => namesOf(words).map(name => `${pool}/${name}`)),
      ),
  )
}

/** Returns the names of the servers of a line; none for other lines. */
function namesOf([keyword, name = '', count = '']: readonly string[]): readonly string[] {
  if (keyword === 'server') return [name]
  if (keyword !== 'server-template') return []
  // `server-template PREFIX NUMBER | FIRST-LAST ADDRESS`
  const [, from = '', to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(count) ?? []
  const [first, last] = to === undefined ? [1, Number(from)] : [Number(from), Number(to)]
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => `${name}${first + i}`)
}
