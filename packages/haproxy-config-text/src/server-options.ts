import { keywordsWithValue, sourceKeywords } from './server-keywords.js'

/** One option of a `server` line. */
export interface ServerOption {
  /** The word that begins the option, such as `weight`. */
  readonly keyword: string
  /** Its values, in order; none for a flag such as `check`. */
  readonly values: readonly string[]
}

/**
 * Parses the words of a server line behind its name and address, in order.
 * A word that is the value of another, such as `check` in `cookie check`, is
 * not an option. Words that no release knows count as flags.
 *
 * @example
 * ```ts
 * import { parseServerOptions } from 'haproxy-config-text'
 *
 * const options = parseServerOptions(['weight', '10', 'cookie', 'check'])
 * options.map(({ keyword }) => keyword) // => ['weight', 'cookie']
 * options[1]?.values // => ['check']
 * ```
 */
export function parseServerOptions(words: readonly string[]): ServerOption[] {
  const options: ServerOption[] = []
  for (let i = 0; i < words.length;) {
    const keyword = words[i] ?? ''
    const count = Math.min(valuesOf(keyword, words.slice(i + 1, i + 3)), words.length - i - 1)
    options.push({ keyword, values: words.slice(i + 1, i + 1 + count) })
    i += 1 + count
  }
  return options
}

function valuesOf(keyword: string, [, second = '']: readonly string[]): number {
  // `source ADDRESS [usesrc ADDRESS | interface NAME]`
  if (keyword === 'source' && sourceKeywords.has(second)) return 3
  return keywordsWithValue.has(keyword) || keyword.startsWith('set-proxy-v2-tlv-fmt(') ? 1 : 0
}
