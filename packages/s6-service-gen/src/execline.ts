/** The words that `execlineb` reads in a text, or the reason why it rejects it. */
export type Execline =
  | { readonly words: readonly string[]; readonly places: readonly Place[] }
  | { readonly error: string }

/** The way in which a word is written. */
export interface Place {
  /** Number of line ends between words before it; a backslash takes one away. */
  readonly line: number
  /** True if a part of it is quoted. */
  readonly isQuoted: boolean
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  // A line may go on.
  '\n': '',
}

/**
 * Reads a command line in execline's syntax, as s6-rc does with `up` and
 * `down`: blanks separate words, `#` begins a comment, `"` quotes, and the
 * words between `{` and `}` get a blank before them and an empty word behind.
 *
 * @returns the words, and how each is written
 */
export function parseExecline(text: string): Execline {
  const words: string[] = []
  const places: Place[] = []
  let depth = 0
  for (const { word, bare, line } of tokens(text)) {
    if (word === undefined) return { error: bare }
    if (bare === '{') {
      depth += 1
      continue
    }
    if (bare === '}') depth -= 1
    if (depth < 0) return { error: 'unmatched }' }
    words.push(' '.repeat(depth) + (bare === '}' ? '' : word))
    places.push({ line, isQuoted: /["\\]/.test(bare) })
  }
  return depth > 0 ? { error: 'unmatched {' } : { words, places }
}

interface Token {
  /** Undefined where the text is invalid; `bare` then has the reason. */
  readonly word: string | undefined
  /** The word as it is written. */
  readonly bare: string
  readonly line: number
}

/** A blank run, which may hold a backslash at the end of a line or of all; a comment, or a word of quoted and bare pieces. */
const token =
  /(?<blank>(?:[ \t\r\n]|\\\n)+\\?$|(?:[ \t\r\n]|\\\n)+|^\\$)|#(?<comment>[^\n]*)|(?<bare>(?:"(?:[^"\\]|\\[^])*"|\\[^]|[^ \t\r\n"\\])+)/y

function* tokens(text: string): Generator<Token> {
  let line = 0
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const groups = token.exec(text)?.groups
    if (!groups) {
      yield { word: undefined, bare: 'unfinished word or quotation', line }
      return
    }
    const { blank, bare } = groups
    if (blank !== undefined) line += blank.replaceAll('\\\n', '').split('\n').length - 1
    if (bare === undefined) continue
    const word = unquoted(bare)
    yield { word, bare: word === undefined ? `wrong escape in ${bare}` : bare, line }
  }
}

function unquoted(bare: string): string | undefined {
  let word = ''
  for (const [, inQuotes, escaped, plain] of bare.matchAll(
    /"((?:[^"\\]|\\[^])*)"|\\([^])|([^"\\]+)/g,
  )) {
    const piece = inQuotes === undefined ? (escaped ?? plain ?? '') : unescaped(inQuotes)
    if (piece === undefined) return undefined
    word += piece
  }
  return word
}

/** Only within quotes do letters and numbers after a backslash mean something else. */
function unescaped(text: string): string | undefined {
  let isInvalid = false
  const plain = text.replace(
    /\\(?:0x([0-9a-fA-F]{0,2})|(0[0-7]{0,3})|([1-9]\d{0,2})|([^]))/g,
    (_, hex?: string, octal?: string, decimal?: string, letter = '') => {
      if (letter !== '') return escapes[letter] ?? letter
      const code =
        hex === undefined ? parseInt(octal ?? decimal ?? '', octal ? 8 : 10) : parseInt(hex, 16)
      if (!(code > 0 && code < 256)) isInvalid = true
      return String.fromCharCode(code)
    },
  )
  return isInvalid ? undefined : plain
}

/** One word, as {@link parseExecline} reads it. */
export function quoteExecline(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`
}
