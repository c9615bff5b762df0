/** One line of a configuration, split as HAProxy splits it. */
export interface SplitLine {
  /** The words, without quotes and escapes. An empty word (`""`) is kept. */
  readonly words: readonly string[]
  /** Index of the `#` that begins a comment; undefined without one. */
  readonly commentAt: number | undefined
  /** Index of a quote that is never closed; undefined without one. HAProxy refuses such a line. */
  readonly openQuoteAt: number | undefined
}

/**
 * Returns the words of a line; see `splitLine`.
 *
 * @example
 * ```ts
 * import { splitWords } from 'haproxy-config-text'
 *
 * splitWords('server s1 10.0.0.1:80 # the first') // => ['server', 's1', '10.0.0.1:80']
 * splitWords('acl is_api path_beg "/my api"') // => ['acl', 'is_api', 'path_beg', '/my api']
 * ```
 */
export function splitWords(line: string): readonly string[] {
  // Most lines have neither quotes, escapes nor comments, and there may be thousands of servers.
  if (/["'\\#\n\r\0]/.test(line)) return splitLine(line).words
  return line.split(/[ \t\v\f]+/).filter(word => word !== '')
}

/**
 * Splits a line at white space, as HAProxy 2.6 to 3.2 do (configuration
 * manual, section 2.2; `parse_line` in tools.c):
 *
 * | place          | `\`                                              | `#`     | `$VAR`                 |
 * |----------------|--------------------------------------------------|---------|------------------------|
 * | outside quotes | `\\ \  \# \' \" \n \r \t \xHH`; others stay      | comment | is text                |
 * | `"double"`     | the same and `\$`                                | is text | kept as it is written  |
 * | `'single'`     | is text                                          | is text | is text                |
 *
 * Environment variables are not expanded: their values belong to the process
 * that runs HAProxy.
 */
export function splitLine(line: string): SplitLine {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  let quoteAt = 0
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i)
    if (character === '\n' || character === '\r' || character === '\0') break
    if (character === '\\' && quote !== "'") {
      const [text, length] = escapeAt(line, i, quote)
      word = (word ?? '') + text
      i += length - 1
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (character === "'" || character === '"') {
      quote = character
      quoteAt = i
      word ??= ''
    } else if (character === '#') {
      return { words: withLast(words, word), commentAt: i, openQuoteAt: undefined }
    } else if (isSpace(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  return {
    words: withLast(words, word),
    commentAt: undefined,
    openQuoteAt: quote === '' ? undefined : quoteAt,
  }
}

/** Escapes that stand for one character; `\$` counts inside double quotes only. */
const escapes: Readonly<Record<string, string>> = {
  ' ': ' ',
  '\\': '\\',
  '#': '#',
  "'": "'",
  '"': '"',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** The text that an escape stands for, and how many characters of the line it takes. */
function escapeAt(line: string, at: number, quote: string): readonly [string, number] {
  const next = line.charAt(at + 1)
  const text = escapes[next]
  if (text !== undefined) return [text, 2]
  if (next === '$' && quote === '"') return ['$', 2]
  const hex = /^x([0-9a-f]{2})/i.exec(line.slice(at + 1, at + 4))?.[1]
  if (hex !== undefined) return [String.fromCharCode(Number.parseInt(hex, 16)), 4]
  return ['\\', 1]
}

function withLast(words: readonly string[], word: string | undefined): readonly string[] {
  return word === undefined ? words : [...words, word]
}

/** C's `isspace`, which does not count the spaces of Unicode. */
function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\v' || character === '\f'
}
