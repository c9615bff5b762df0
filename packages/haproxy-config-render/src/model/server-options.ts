import { parseServerOptions, splitWords, type ServerOption } from 'haproxy-config-text'
import * as z from 'zod'
import { isName, nameWanted } from './model-fields.js'
import { tagWords, valuesOf, wordProblem } from './server-words.js'
import { anyText, escapedWord } from './word-values.js'

/** Words of a pool beside those that the agent writes; HAProxy refuses lines of more than 64 words. */
const maxWords = 38

/** Words of a pool's server lines, on one line; they replace the default ones of the same keyword. */
export const serverOptionsField = optionsField(4000, keywordProblem)

/** Words of one server, behind those of its pool: its cookie, and what a tag may set. */
export const ownOptionsField = optionsField(500, ownProblem)

/** Returns the field of a text with words of a server line; `problemOf` judges each. */
function optionsField(longest: number, problemOf: (option: ServerOption) => string | undefined) {
  return z
    .string()
    .max(longest)
    .check(context => {
      const message = textProblem(context.value, problemOf)
      if (message === undefined) return
      context.issues.push({ code: 'custom', message, input: context.value })
    })
    .overwrite(text => optionsOf(text).map(optionText).join(' '))
}

/** Returns what is wrong with the words of a text; undefined if nothing is. */
function textProblem(
  text: string,
  problemOf: (option: ServerOption) => string | undefined,
): string | undefined {
  const words = splitWords(text)
  // A comment or an open quote would hide words from HAProxy.
  if (/[\n\r\0]|(?<!\\)#/.test(text) || !words.every(anyText.isValue))
    return `expected words on one line, each ${anyText.wanted}`
  if (words.length > maxWords) return `expected at most ${maxWords} words, got ${words.length}`
  const seen = new Set<string>()
  for (const option of parseServerOptions(words)) {
    const { keyword } = option
    const problem = problemOf(option)
    if (problem !== undefined) return problem
    if (seen.has(keyword)) return `expected each keyword once, got ${keyword} twice`
    seen.add(keyword)
  }
  return undefined
}

function keywordProblem({ keyword, values: [value] }: ServerOption): string | undefined {
  const problem = wordProblem(keyword)
  if (problem !== undefined) return problem
  const kind = valuesOf(keyword)
  if (!kind) return undefined
  if (value === undefined) return `expected a value behind ${keyword}`
  return kind.isValue(value) ? undefined : `expected ${kind.wanted} behind ${keyword}`
}

function ownProblem({ keyword, values: [value = ''] }: ServerOption): string | undefined {
  const [isValid, wanted] =
    keyword === 'cookie'
      ? [isName(value), nameWanted]
      : [tagWords.get(keyword)?.isValue(value), tagWords.get(keyword)?.wanted]
  if (wanted === undefined)
    return `expected one of: cookie, ${[...tagWords.keys()].join(', ')}, got ${keyword}`
  return isValid ? undefined : `expected ${wanted} behind ${keyword}`
}

/** Returns the default words, with a pool's own ones in place of those of the same keyword. */
export function mergedOptions(defaults: string, own = ''): string {
  if (own === '') return defaults
  const ownOptions = new Map(optionsOf(own).map(option => [option.keyword, option]))
  const kept = optionsOf(defaults).map(option => ownOptions.get(option.keyword) ?? option)
  const added = [...ownOptions.values()].filter(option => !kept.includes(option))
  return [...kept, ...added].map(optionText).join(' ')
}

/** Returns the words of a text as options. */
export function optionsOf(words: string): readonly ServerOption[] {
  return parseServerOptions(splitWords(words))
}

/** Returns an option as a configuration line spells it. */
export function optionText({ keyword, values }: ServerOption): string {
  return [keyword, ...values].map(escapedWord).join(' ')
}
