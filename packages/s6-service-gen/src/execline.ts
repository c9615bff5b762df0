/** The words that `execlineb` reads in a text, or the reason why it rejects it. */
export type Execline =
  | { readonly words: readonly string[]; readonly lines: readonly (readonly string[])[] }
  | { readonly error: string }

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
 * @returns all words, and those outside of blocks by the line on which they are
 */
export function parseExecline(text: string): Execline {
  const words: string[] = []
  const lines: string[][] = []
  let depth = 0
  let line = 0
  for (const { word, bare, newlines } of tokens(text)) {
    if (word === undefined) return { error: bare }
    if (bare === '{') {
      depth += 1
    } else if (bare === '}') {
      depth -= 1
      if (depth < 0) return { error: 'unmatched }' }
      words.push(' '.repeat(depth))
    } else {
      words.push(' '.repeat(depth) + word)
      if (depth === 0) (lines[line] ??= []).push(word)
    }
    line += newlines
  }
  if (depth > 0) return { error: 'unmatched {' }
  return { words, lines: lines.filter(Boolean) }
}

interface Token {
  /** Undefined where the text is invalid; `bare` then has the reason. */
  readonly word: string | undefined
  /** The word as it is written. */
  readonly bare: string
  readonly newlines: number
}

/** A blank run, which may hold a backslash at the end of a line or of all; a comment, or a word of quoted and bare pieces. */
const token =
  /(?<blank>(?:[ \t\r\n]|\\\n)+\\?$|(?:[ \t\r\n]|\\\n)+|^\\$)|#(?<comment>[^\n]*)|(?<bare>(?:"(?:[^"\\]|\\[^])*"|\\[^]|[^ \t\r\n"\\])+)/y

function* tokens(text: string): Generator<Token> {
  let newlines = 0
  let waiting: Omit<Token, 'newlines'> | undefined
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const groups = token.exec(text)?.groups
    if (!groups) {
      yield { word: undefined, bare: 'unfinished word or quotation', newlines }
      return
    }
    const { blank, bare } = groups
    if (blank !== undefined) newlines += blank.split('\n').length - 1
    if (bare === undefined) continue
    if (waiting) yield { ...waiting, newlines }
    newlines = bare.split('\n').length - 1
    const word = unquoted(bare)
    waiting = { word, bare: word === undefined ? `wrong escape in ${bare}` : bare }
  }
  if (waiting) yield { ...waiting, newlines: 0 }
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
