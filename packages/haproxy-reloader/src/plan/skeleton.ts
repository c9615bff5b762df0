import {
  configurationLines,
  parseSections,
  parseServerOptions,
  sectionKeywords,
  splitWords,
  type ConfigurationLine,
} from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'

/**
 * Returns a configuration without the server lines of the managed pools and
 * without the lines that HAProxy ignores. If two skeletons are equal, the two
 * configurations differ in servers only, and no reload is needed to get from
 * one to the other.
 */
export function skeleton(text: string, managedPools: ReadonlySet<string>): string {
  return configurationLines(text)
    .filter(line => !isServerOf(line, managedPools))
    .map(line => line.text)
    .join('\n')
}

/**
 * Returns the options of each server of the managed pools, by `pool/name`,
 * without its weight. Only a reload can change the options of a server.
 */
export function serverOptions(
  text: string,
  managedPools: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  return new Map(
    configurationLines(text)
      .filter(line => isServerOf(line, managedPools))
      .map(line => {
        const [, name = '', , ...words] = splitWords(line.text)
        const options = parseServerOptions(words).filter(({ keyword }) => keyword !== 'weight')
        return [
          `${line.section?.name}/${name}`,
          options.flatMap(({ keyword, values }) => [keyword, ...values]).join(' '),
        ]
      }),
  )
}

/** Returns the names of the pools with dynamic cookies. */
export function stickyPools(text: string): ReadonlySet<string> {
  // Few configurations have them, and there may be thousands of servers to parse.
  if (!/^\s*cookie\s.*\sdynamic/m.test(text)) return new Set()
  const sticky = parseSections(text)
    .filter(({ kind }) => isPool(kind))
    .filter(section => findDirective(section, 'cookie')?.words.slice(2).includes('dynamic'))
  return new Set(sticky.map(({ name }) => name))
}

/** Returns the last line of a text that begins a section; empty if there is none. */
export function sectionHead(text: string): string {
  for (let end = text.length; end > 0;) {
    const start = end < 2 ? 0 : text.lastIndexOf('\n', end - 2) + 1
    // Most lines are servers, and there may be thousands of them.
    let word = start
    while (text[word] === ' ' || text[word] === '\t') word++
    if (!text.startsWith('server ', word)) {
      const line = text.slice(start, end)
      if (sectionKeywords.has(splitWords(line)[0] ?? '')) return line
    }
    end = start
  }
  return ''
}

function isServerOf({ keyword, section }: ConfigurationLine, pools: ReadonlySet<string>): boolean {
  return (
    keyword === 'server' && section !== undefined && isPool(section.kind) && pools.has(section.name)
  )
}

function isPool(kind: string): boolean {
  return kind === 'backend' || kind === 'listen'
}
