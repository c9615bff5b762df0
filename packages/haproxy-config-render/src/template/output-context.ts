/**
 * The position in a line of HAProxy's configuration at a place of the template,
 * as HAProxy itself splits lines (configuration manual, 2.2). `splitWords` of
 * haproxy-config-text splits whole lines the same way.
 */
export interface OutputContext {
  readonly quote: 'none' | 'single' | 'double' | 'comment' | 'list'
  /** First word of the line; empty before it, undefined if the branches before differ. */
  readonly keyword: string | undefined
  /** Index of the current word, 0 for the keyword; undefined if the branches before differ. */
  readonly argument: number | undefined
  /** True if this may be the keyword itself. */
  readonly mayBeKeyword: boolean
  /** True if the current word has certainly begun. */
  readonly inWord: boolean
  /** The current word, as far as the template itself writes it. */
  readonly word: string
  /** Open parentheses in the current word: arguments of a sample fetch or converter. */
  readonly depth: number
  /** True if the words belong to a condition. */
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
 * The only context in a map or a list for ACLs. Its lines have a key, then white
 * space, then an optional value, and no quotes.
 */
export const listEntry: OutputContext = { ...lineStart, quote: 'list', mayBeKeyword: false }

/** White space that ends a word, or the line, even after a backslash. */
const unescapable = /[\t\v\f\n]/
/** HAProxy's white space; the spaces of Unicode are part of a word. */
const whiteSpace = /[ \t\v\f]/

/** Returns the context after a piece of the template's own text. */
export function afterText(context: OutputContext, text: string): OutputContext {
  if (context.quote === 'list') return context
  let now = context
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    const escapes = now.quote === 'none' || now.quote === 'double'
    if (character === '\\' && escapes && !unescapable.test(text.charAt(i + 1))) {
      now = withCharacters(now, text.slice(i, i + 2))
      i++
    } else {
      now = afterCharacter(now, character)
    }
  }
  return now
}

/** Returns the context after a value, which is always part of a word or of a comment. */
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
  if (whiteSpace.test(character)) {
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
 * Returns the context where two branches of the template meet: the facts that
 * hold for both. Returns undefined if no value can be printed safely after them,
 * as when only one of them ends inside quotes, a comment or parentheses.
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

/** Returns whether two contexts are equal, so that another pass changes nothing. */
export function isSame(a: OutputContext, b: OutputContext): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
