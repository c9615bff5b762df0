/**
 * A configuration without the server lines of the managed pools and without
 * what HAProxy does not read. Where two skeletons are equal, the two
 * configurations differ in servers only, and no reload is needed to get from
 * one to the other.
 */
export function skeleton(text: string, managedPools: ReadonlySet<string>): string {
  let section = ''
  const kept: string[] = []
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    section = sectionName(line) ?? section
    if (managedPools.has(section) && line.startsWith('server ')) continue
    kept.push(line)
  }
  return kept.join('\n')
}

/** The name of the backend that a line begins; empty for any other kind of section. */
function sectionName(line: string): string | undefined {
  const [keyword = '', name = ''] = line.split(/\s+/)
  if (keyword === 'backend' || keyword === 'listen') return name
  return sectionKeywords.has(keyword) ? '' : undefined
}

const sectionKeywords: ReadonlySet<string> = new Set([
  'global',
  'defaults',
  'frontend',
  'userlist',
  'peers',
  'resolvers',
  'mailers',
  'program',
  'http-errors',
  'ring',
  'log-forward',
  'cache',
  'fcgi-app',
])
