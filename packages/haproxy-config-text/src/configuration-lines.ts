import { sectionKeywords } from './section-keywords.js'
import { splitWords } from './split-words.js'

/** The line that begins a section. */
export interface SectionHead {
  /** The section keyword, such as `backend`. */
  readonly kind: string
  /** The section's name; empty for a section without one. */
  readonly name: string
  /** Line of the configuration, from 1. */
  readonly line: number
}

/** A line that HAProxy reads; comments and empty lines are none. */
export interface ConfigurationLine {
  /** Line of the configuration, from 1. */
  readonly line: number
  /** The line without the white space around it. {@link splitWords} gives its words. */
  readonly text: string
  /** Its first word. */
  readonly keyword: string
  /** The section that it is in or begins; undefined before the first section. */
  readonly section: SectionHead | undefined
}

/**
 * Returns the lines that HAProxy reads, in order, each with its section.
 *
 * @example
 * ```ts
 * import { configurationLines } from 'haproxy-config-text'
 *
 * const lines = configurationLines('# edge\nbackend web\n  balance leastconn\n')
 * lines.map(({ line, keyword }) => `${line} ${keyword}`) // => ['2 backend', '3 balance']
 * lines[1]?.section?.name // => 'web'
 * ```
 */
export function configurationLines(text: string): ConfigurationLine[] {
  const lines: ConfigurationLine[] = []
  let section: SectionHead | undefined
  let number = 0
  for (const raw of text.split('\n')) {
    number++
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const keyword = firstWord(line)
    if (sectionKeywords.has(keyword)) {
      section = { kind: keyword, name: sectionName(splitWords(line)), line: number }
    }
    lines.push({ line: number, text: line, keyword, section })
  }
  return lines
}

/** A `defaults` section may say `from` without a name of its own. */
function sectionName([kind, name = '', ...others]: readonly string[]): string {
  return kind === 'defaults' && name === 'from' && others.length > 0 ? '' : name
}

/** The first word, without splitting the rest of the line where it is plain. */
function firstWord(line: string): string {
  const plain = /^[^\s"'\\#]+(?=\s|$)/.exec(line)?.[0]
  return plain ?? splitWords(line)[0] ?? ''
}
