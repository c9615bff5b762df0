/**
 * A configuration without the server lines of the managed pools and without
 * what HAProxy does not read. Where two skeletons are equal, the two
 * configurations differ in servers only, and no reload is needed to get from
 * one to the other.
 */
export function skeleton(text: string, managedPools: ReadonlySet<string>): string {
  return configurationLines(text)
    .filter(({ section, line }) => !(managedPools.has(section) && isServerLine(line)))
    .map(({ line }) => line)
    .join('\n')
}

/**
 * The words behind each server of the managed pools, by `pool/name`, but for
 * its address and weight: a running server takes no others.
 */
export function serverOptions(
  text: string,
  managedPools: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  return new Map(
    configurationLines(text)
      .filter(({ section, line }) => managedPools.has(section) && isServerLine(line))
      .map(({ section, line }) => {
        const [, name = '', , ...words] = line.split(/\s+/)
        return [
          `${section}/${name}`,
          words
            .join(' ')
            .replace(/(?:^| )weight \S+/, '')
            .trim(),
        ]
      }),
  )
}

/** The backends whose clients stick by a dynamic cookie. */
export function stickyPools(text: string): ReadonlySet<string> {
  return new Set(
    configurationLines(text)
      .filter(({ line }) => /^cookie\s.*\sdynamic(?:\s|$)/.test(line))
      .map(({ section }) => section),
  )
}

/** The last line of a text that begins a section; empty where there is none. */
export function sectionHead(text: string): string {
  for (let end = text.length; end > 0;) {
    const start = end < 2 ? 0 : text.lastIndexOf('\n', end - 2) + 1
    // Most lines are servers, and there may be thousands of them.
    let word = start
    while (text[word] === ' ' || text[word] === '\t') word++
    if (!text.startsWith('server ', word)) {
      const line = text.slice(start, end)
      if (sectionName(line.trim()) !== undefined) return line
    }
    end = start
  }
  return ''
}

function isServerLine(line: string): boolean {
  return /^server\s/.test(line)
}

/** The lines that HAProxy reads, each with the name of its backend. */
function configurationLines(text: string): { section: string; line: string }[] {
  let section = ''
  const lines = []
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    section = sectionName(line) ?? section
    lines.push({ section, line })
  }
  return lines
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
