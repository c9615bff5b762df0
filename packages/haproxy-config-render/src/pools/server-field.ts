import * as z from 'zod'
import { tagWords, oppositeOf, valuesOf, wordProblem } from '../model/server-words.js'
import { escapedWord } from '../model/word-values.js'

/** The tag in which each member has its own value of a word. */
const fromTag = z.strictObject({
  tag: z.string().meta({ description: 'Tag with the value', examples: ['maxconn'] }),
  default: z
    .union([z.string(), z.number()])
    .optional()
    .meta({ description: 'Value for members without the tag', examples: [100] }),
})

const wordValue = z.union([z.boolean(), z.number(), z.string(), fromTag], {
  error: 'expected true, false, a text, a number, or { tag, default } to take it from a tag',
})

type FromTag = Readonly<z.infer<typeof fromTag>>
type WordValue = Readonly<z.infer<typeof wordValue>>

/** Words of a pool's server lines, each with its value. */
export type ServerWords = Readonly<Record<string, WordValue>>

/**
 * Words of a pool's server lines: `true` writes the word, `false` the word that
 * takes it away (`no-ssl`), all others the word and its value.
 */
export const serverField = z.record(z.string(), wordValue).check(context => {
  for (const [word, value] of Object.entries(context.value)) {
    const message = problemOf(word, value)
    if (message !== undefined)
      context.issues.push({ code: 'custom', message, path: [word], input: value })
  }
})

function problemOf(word: string, value: WordValue): string | undefined {
  if (word === 'cookie')
    return value === 'name'
      ? undefined
      : 'expected name: the cookie of each server is the name of its member'
  if (value === false && oppositeOf(word) !== undefined) return undefined
  const problem = wordProblem(word)
  if (problem !== undefined) return problem
  const kind = valuesOf(word)
  if (typeof value === 'object') return tagProblem(word, value)
  if (typeof value === 'boolean') {
    if (kind) return `expected ${kind.wanted}`
    return value ? undefined : `expected true: HAProxy has no word no-${word}`
  }
  if (!kind) return `expected true or false: ${word} has no value`
  return kind.isValue(`${value}`) ? undefined : `expected ${kind.wanted}`
}

function tagProblem(word: string, { default: preset }: FromTag): string | undefined {
  const kind = tagWords.get(word)
  if (!kind)
    return `expected a value and no tag: only ${[...tagWords.keys()].join(', ')} can come from a tag`
  return preset === undefined || kind.isValue(`${preset}`)
    ? undefined
    : `expected ${kind.wanted} as the default`
}

/**
 * Returns the words that all servers of a pool have, as text. The health check
 * gets what its TLS needs and HAProxy gives to the traffic only (tried on 2.6 and 3.0).
 */
export function sharedWords(words: ServerWords): string {
  return textOf({ ...words, ...checkAlpn(words), ...checkSni(words) })
}

/**
 * The ALPN of the traffic also holds for the check, which would agree on HTTP/2,
 * speak HTTP/1 and fail.
 */
function checkAlpn({ alpn, ...words }: ServerWords): ServerWords {
  const isSet = words['check-alpn'] !== undefined || words['check-proto'] !== undefined
  const protocols = typeof alpn === 'string' ? alpn.split(',') : []
  if (isSet || !protocols.includes('h2')) return {}
  return { 'check-alpn': protocols.includes('http/1.1') ? 'http/1.1' : 'h2' }
}

/** Without a name, the check of a server with the certificate of another host would pass. */
function checkSni({ sni, ...words }: ServerWords): ServerWords {
  const [, name] = /^str\(([\w.-]+)\)$/.exec(typeof sni === 'string' ? sni : '') ?? []
  return name === undefined || words['check-sni'] !== undefined ? {} : { 'check-sni': name }
}

function textOf(words: ServerWords): string {
  return Object.entries(words)
    .flatMap(([word, value]) => {
      if (word === 'cookie' || typeof value === 'object') return []
      if (value === false) return oppositeOf(word) ?? []
      if (value === true) return word
      // Its value may be several words: an address, and `interface` or `usesrc`.
      const values = word === 'source' ? `${value}`.split(' ') : [`${value}`]
      return [word, ...values.map(escapedWord)]
    })
    .join(' ')
}

/** A tag whose value is not valid for its word. */
interface WrongTag {
  readonly tag: string
  readonly got: string | undefined
  readonly wanted: string
}

/** Returns the words that one member's server has for itself, as text, or the tag that is wrong. */
export function ownWords(
  words: ServerWords,
  name: string,
  tagOf: (tag: string) => string | undefined,
): string | WrongTag {
  const own: string[] = []
  for (const [word, value] of Object.entries(words)) {
    if (word === 'cookie') own.push(`cookie ${name}`)
    if (typeof value !== 'object') continue
    const got = tagOf(value.tag)
    const text = got ?? value.default
    const kind = tagWords.get(word)
    if (!kind || text === undefined || !kind.isValue(`${text}`))
      return { tag: value.tag, got, wanted: kind?.wanted ?? '' }
    own.push(`${word} ${text}`)
  }
  return own.join(' ')
}
