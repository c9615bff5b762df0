/** A line of a section, as HAProxy reads it. */
export interface Directive {
  readonly line: number
  readonly words: readonly string[]
}

/** A section of HAProxy's configuration. */
export interface Section {
  readonly kind: string
  readonly name: string
  readonly line: number
  readonly directives: readonly Directive[]
  /** The section of defaults that counts for it. */
  readonly defaults: Section | undefined
}

const kinds: ReadonlySet<string> = new Set(
  (
    'global defaults frontend backend listen userlist peers resolvers mailers program ' +
    'http-errors ring log-forward cache fcgi-app crt-store traces acme'
  ).split(' '),
)

/** The sections of a configuration; what stands before the first belongs to none. */
export function configurationSections(text: string): Section[] {
  const sections: (Section & { directives: Directive[] })[] = []
  for (const [i, raw] of text.split('\n').entries()) {
    const words = configurationWords(raw)
    const [kind = '', name = '', from, defaultsName] = words
    if (kinds.has(kind)) {
      const known = sections.filter(section => section.kind === 'defaults')
      // Defaults begin anew unless they say from which others they come.
      const present = kind === 'defaults' ? undefined : known.at(-1)
      const named = known.find(section => section.name === defaultsName)
      const defaults = from === 'from' ? named : present
      sections.push({ kind, name, line: i + 1, directives: [], defaults })
    } else if (words.length > 0) {
      sections.at(-1)?.directives.push({ line: i + 1, words })
    }
  }
  return sections
}

/**
 * The words of a line: split at white space, quotes taken off, `\` taken as
 * the sign that the next character is itself, and nothing from `#` on.
 */
export function configurationWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i)
    if (character === '\\' && quote !== "'") {
      i++
      word = (word ?? '') + line.charAt(i)
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (character === "'" || character === '"') {
      quote = character
      word ??= ''
    } else if (character === '#') {
      break
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  return word === undefined ? words : [...words, word]
}

/** Whether a section has listeners. */
export const takesClients = ({ kind }: Section): boolean => kind === 'frontend' || kind === 'listen'

/** Whether a section can have servers. */
export const hasServers = ({ kind }: Section): boolean => kind === 'backend' || kind === 'listen'

/** The first directive with these words, in the section or its defaults. */
export function setting(
  section: Section | undefined,
  ...wanted: readonly string[]
): Directive | undefined {
  if (!section) return undefined
  const own = section.directives.find(({ words }) => wanted.every((word, i) => words[i] === word))
  return own ?? setting(section.defaults, ...wanted)
}

/** Whether a proxy understands HTTP; without a word it does not. */
export function isHttp(section: Section): boolean {
  return setting(section, 'mode')?.words[1] === 'http'
}
