import { configurationLines, type SectionHead } from './configuration-lines.js'
import { splitWords } from './split-words.js'

/** A line of a section. */
export interface Directive {
  /** Line of the configuration, from 1. */
  readonly line: number
  /** Its words, quotes and escapes resolved; the first is the keyword. */
  readonly words: readonly string[]
}

/** A section of a configuration. */
export interface Section extends SectionHead {
  /** Lines of the section after its head, in order. */
  readonly directives: readonly Directive[]
  /** The `defaults` section that applies to it: the one named with `from`, or the last one before it. */
  readonly defaults: Section | undefined
}

/**
 * Returns the sections of a configuration, in order. Lines before the first section are left out.
 *
 * @example
 * ```ts
 * import { parseSections } from 'haproxy-config-text'
 *
 * const [defaults, web] = parseSections('defaults\n  mode http\nbackend web\n  balance leastconn\n')
 * web?.directives // => [{ line: 4, words: ['balance', 'leastconn'] }]
 * web?.defaults === defaults // => true
 * ```
 */
export function parseSections(text: string): Section[] {
  const sections: (Section & { directives: Directive[] })[] = []
  let lastDefaults: Section | undefined
  for (const { line, text: lineText, section } of configurationLines(text)) {
    const words = splitWords(lineText)
    if (!section) continue
    if (section.line !== line) {
      sections.at(-1)?.directives.push({ line, words })
      continue
    }
    const from = nameAfterFrom(section, words)
    const named = sections.findLast(({ kind, name }) => kind === 'defaults' && name === from)
    // A `defaults` section starts from scratch unless it names the one that it extends.
    const inherited = section.kind === 'defaults' ? undefined : lastDefaults
    const defaults = from === undefined ? inherited : named
    const begun = { ...section, directives: [], defaults }
    sections.push(begun)
    if (section.kind === 'defaults') lastDefaults = begun
  }
  return sections
}

/** The name behind `from`, which may follow `defaults` directly. */
function nameAfterFrom({ kind, name }: SectionHead, words: readonly string[]): string | undefined {
  const at = kind === 'defaults' && name === '' ? 1 : 2
  return words[at] === 'from' ? words[at + 1] : undefined
}
