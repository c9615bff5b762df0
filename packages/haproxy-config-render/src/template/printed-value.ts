import { sectionKeywords } from 'haproxy-config-text'
import { hasControlCharacter, isName, nameWanted } from '../model/model-fields.js'
import type { OutputContext } from './output-context.js'
import { RenderError, type SourcePlace } from '../render-error.js'
import { shownValue } from '../shown-value.js'

/** A text with doubled `%`, so that a log format prints it as it is. */
export class LogFormatText {
  readonly text: string

  constructor(text: string) {
    this.text = text.replaceAll('%', '%%')
  }
}

/** Characters without a meaning to HAProxy outside of quotes. */
const plainWord = /^[A-Za-z0-9_.:,/@%+=~?&[\]()<>|!*^-]+$/
/** Characters that end no argument of a sample fetch or converter. */
const plainArgument = /^[A-Za-z0-9_.:/@%+=~-]*$/
/** Lines other than those that begin a section whose first word behind the keyword is a name. */
const namingLines: ReadonlySet<string> = new Set([
  'server',
  'acl',
  'use_backend',
  'default_backend',
  'use-server',
])

/** Returns whether the first word behind a keyword is a name: of a section, a server, an ACL and the like. */
function isNaming(keyword: string): boolean {
  return sectionKeywords.has(keyword) || namingLines.has(keyword)
}

/** Lines on which HAProxy reads some words as log formats, in which `%` calls functions. */
const formatKeyword =
  /^(?:http-request|http-response|http-after-response|tcp-request|tcp-response|log-format|log-format-sd|error-log-format|unique-id-format|redirect|http-check|tcp-check|http-error)$/
/** Words of a condition that are not values. */
const conditionWord = /^(?:[-!].*|[{}]|or|\|\||if|unless)$/

/**
 * Prints a value for its place: as part of one word, of a quoted text, of a name
 * or of a comment. If necessary it is put in single quotes, inside which HAProxy
 * reads no escape, no comment and no `$`.
 *
 * @throws RenderError `unsafe-value` if the place cannot hold the value. A
 * control character, such as a newline, ends the line in any quotes. An empty
 * word ends the list of arguments: HAProxy ignores all words after it.
 */
export function printedValue(value: unknown, context: OutputContext, place: SourcePlace): string {
  const isFormat = value instanceof LogFormatText
  const text = isFormat ? value.text : textOf(value, place)
  if (text !== '' && plainWord.test(text) && isFreeOfMeaning(context)) return text
  if (hasControlCharacter(text)) throw unsafe(place, text, 'no control character')
  if (context.quote === 'comment') return text
  if (context.quote === 'list') {
    if (/^[^\s#]\S*$/.test(text)) return text
    throw unsafe(place, text, 'no white space and no # in front: a list has no quotes')
  }
  refuseMeaning(text, context, place, isFormat)
  // What is empty in quotes is an empty word, unless there is something else in it.
  if (text === '' && !/[^\0]/.test(context.word))
    throw unsafe(place, text, 'at least one character')
  if (context.quote === 'single') return text.replaceAll("'", String.raw`'\''`)
  if (context.quote === 'double')
    return text === '' || plainWord.test(text) ? text : `"${quoted(text)}"`
  return text === '' || plainWord.test(text) ? text : quoted(text)
}

/** Returns true at the most common place: a line that gives no word a special meaning. */
function isFreeOfMeaning({ keyword, argument, depth, condition }: OutputContext): boolean {
  if (condition || depth > 0 || keyword === undefined) return false
  return !formatKeyword.test(keyword) && !(argument === 1 && isNaming(keyword))
}

/** Refuses a text that has a meaning to HAProxy even in quotes. */
function refuseMeaning(
  text: string,
  { keyword, argument, depth, condition, inWord, quote }: OutputContext,
  place: SourcePlace,
  isFormat: boolean,
): void {
  const isWhole = !inWord && quote === 'none'
  if (keyword !== undefined && argument === 1 && isNaming(keyword)) {
    if (isWhole && !isName(text)) throw unsafe(place, text, `a name of ${nameWanted}`)
    if (!/^[A-Za-z0-9_.:-]*$/.test(text)) throw unsafe(place, text, 'characters of a name')
  }
  if (depth > 0 && !plainArgument.test(text)) {
    throw unsafe(place, text, 'A-Z a-z 0-9 _ . : / @ % + = ~ - between parentheses')
  }
  if (!isFormat && text.includes('%') && formatKeyword.test(keyword ?? 'log-format')) {
    throw unsafe(place, text, 'no % where HAProxy reads log formats, or {{logFormat value}}')
  }
  if (condition && !inWord && conditionWord.test(text)) {
    throw unsafe(place, text, 'a value, not a flag or an operator of a condition')
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function textOf(value: unknown, place: SourcePlace): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  throw unsafe(place, value, 'a text or a number')
}

function unsafe(place: SourcePlace, value: unknown, expected: string): RenderError {
  const got = shownValue(value)
  return new RenderError('unsafe-value', 'A value cannot be printed here', { place, got, expected })
}
