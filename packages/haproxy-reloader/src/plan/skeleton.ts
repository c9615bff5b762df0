import { configurationLines, sectionKeywords, splitWords } from 'haproxy-config-text'
import { isServerOfPool, isUnmanaged, type PoolNames } from './server-lines.js'

/**
 * Returns a configuration without the lines of its managed servers and without
 * the lines that HAProxy ignores. If two skeletons are equal, the two
 * configurations differ in managed servers only, and no reload is needed to get
 * from one to the other.
 *
 * @param unmanaged - servers that the text has and the pools have not, as
 * `pool/name`; their lines stay
 */
export function skeleton(
  text: string,
  pools: PoolNames,
  unmanaged: ReadonlySet<string> = new Set(),
): string {
  return configurationLines(text)
    .filter(line => !isServerOfPool(line, pools) || isUnmanaged(line, unmanaged))
    .map(line => line.text)
    .join('\n')
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
