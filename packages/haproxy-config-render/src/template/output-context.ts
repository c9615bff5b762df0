/**
 * Where in a line of HAProxy's configuration a place of the template stands,
 * as HAProxy's own reader of lines would see it (configuration manual, 2.2).
 */
export interface OutputContext {
  readonly quote: 'none' | 'single' | 'double' | 'comment' | 'list'
  /** First word of the line; empty before it, undefined where the branches before differ. */
  readonly keyword: string | undefined
  /** Which word of the line is being written, 0 for the keyword; undefined where branches differ. */
  readonly argument: number | undefined
  /** Whether this may be the keyword itself. */
  readonly mayBeKeyword: boolean
  /** Whether the present word has begun for certain. */
  readonly inWord: boolean
  /** The present word, as far as the template itself writes it. */
  readonly word: string
  /** Parentheses that are open in the present word: arguments of a sample fetch or converter. */
  readonly depth: number
  /** Whether the words are those of a condition. */
  readonly condition: boolean
  /** White space before the first word, as long as there is no more on the line. */
  readonly indent: string
}

/** The context at the beginning of a line. */
export const lineStart: OutputContext = {
  quote: 'none',
  keyword: '',
  argument: 0,
  mayBeKeyword: true,
  inWord: false,
  word: '',
  depth: 0,
  condition: false,
  indent: '',
}

/**
 * The one context of a file that is no configuration: a map or a list for
 * ACLs. It has a key, then white space, then perhaps a value, and no quotes.
 */
export const listEntry: OutputContext = { ...lineStart, quote: 'list', mayBeKeyword: false }

/** The context behind a piece of the template's own text. */
export function afterText(context: OutputContext, text: string): OutputContext {
  if (context.quote === 'list') return context
  let now = context
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === '\\' && now.quote !== 'single' && now.quote !== 'comment') {
      now = withCharacters(now, text.slice(i, i + 2))
      i++
    } else {
      now = afterCharacter(now, character)
    }
  }
  return now
}

/** The context behind a value, which is always part of a word, or of a comment. */
export function afterValue(context: OutputContext): OutputContext {
  const { quote } = context
  return quote === 'comment' || quote === 'list' ? context : withCharacters(context, '\0')
}

function afterCharacter(context: OutputContext, character: string): OutputContext {
  const { quote, indent, inWord } = context
  if (character === '\n') return lineStart
  if (quote === 'comment') return context
  if (quote === 'single' || quote === 'double') {
    const ends = character === (quote === 'single' ? "'" : '"')
    return ends ? { ...context, quote: 'none' } : withCharacters(context, character)
  }
  if (character === '#') return { ...context, quote: 'comment' }
  if (character === "'") return { ...withCharacters(context, ''), quote: 'single' }
  if (character === '"') return { ...withCharacters(context, ''), quote: 'double' }
  if (/\s/.test(character)) {
    if (inWord) return afterWord(context)
    const isBlank = context.argument === 0
    return isBlank ? { ...context, indent: indent + character } : afterWord(context)
  }
  const depth = Math.max(0, context.depth + (character === '(' ? 1 : character === ')' ? -1 : 0))
  return { ...withCharacters(context, character), depth }
}

function withCharacters(context: OutputContext, characters: string): OutputContext {
  return { ...context, inWord: true, word: context.word + characters }
}

function afterWord(context: OutputContext): OutputContext {
  const { word, argument, keyword } = context
  return {
    ...context,
    keyword: argument === 0 ? word : keyword,
    argument: argument === undefined || !context.inWord ? argument : argument + 1,
    mayBeKeyword: argument === undefined && context.mayBeKeyword && !context.inWord,
    inWord: false,
    word: '',
    depth: 0,
    condition:
      context.condition || word === 'if' || word === 'unless' || word === '{' || word === 'acl',
  }
}

/**
 * The context where two branches of the template meet: what is true of both.
 * Undefined where no value could be written safely behind them, because one
 * ends inside quotes, a comment or parentheses and the other does not.
 */
export function meet(a: OutputContext, b: OutputContext): OutputContext | undefined {
  if (a.quote !== b.quote || a.depth !== b.depth) return undefined
  return {
    quote: a.quote,
    depth: a.depth,
    keyword: a.keyword === b.keyword ? a.keyword : undefined,
    argument: a.argument === b.argument ? a.argument : undefined,
    mayBeKeyword: a.mayBeKeyword || b.mayBeKeyword,
    inWord: a.inWord && b.inWord,
    word: a.word === b.word ? a.word : '\0',
    condition: a.condition || b.condition,
    indent: a.indent === b.indent ? a.indent : '',
  }
}

/** Whether two contexts are the same, so that nothing changes any more. */
export function isSame(a: OutputContext, b: OutputContext): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
