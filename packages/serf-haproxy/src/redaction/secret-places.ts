import { splitWords } from 'haproxy-config-text'
import { redacted } from './known-secrets.js'

/** Names of settings whose value is a secret: a key of `values`, or of an environment. */
const secretKey =
  /pass|pwd|secret|token|key|cred|auth|salt|private|signature|cookie|session|bearer|pin$/i

/** Words of a configuration behind which a secret stands. */
const secretWord =
  /password|passwd|passphrase|\bpass\b|\bpwd\b|secret|token|credential|authorization|x-auth|api[-_]?key|(?:cookie|private|access|account|auth|client|encryption|session|shared|signing)[-_]?key/
    .source

/** The text behind such a word, up to the end of the line; also in `name=value`. */
const behindWord = new RegExp(
  String.raw`((?:${secretWord})[\w.-]*["')\]]*(?:\s*[=:,(]\s*|\s+))(\S.*)$`,
  'i',
)
const behindDirective = /((?:\bstats\s+auth|\b(?:pre)?setenv\s+\S+|\bAUTH)(?:\\ |\s)\s*)(\S.*)$/
const scheme = /\b(bearer|basic)((?:\\?\s|%20)+)([^\s"']+)/gi
const userOfUrl = /(:\/\/)[^\s/@:]*:[^\s/@]*@/g
const keyArgument = /\b(hmac|aes_\w+|jwt_verify\w*|xor)\([^)]*\)/gi

/** Returns whether the value of a setting of this name is a secret. */
export function isSecretName(name: string): boolean {
  return secretKey.test(name)
}

/**
 * Returns a text of HAProxy's configuration, or a difference of two, in which
 * everything is redacted that stands in the place of a secret, wherever it comes
 * from: passwords, keys, tokens, headers for authorization, users of URLs.
 */
export function withoutSecretPlaces(text: string): string {
  return text.split('\n').map(redactedLine).join('\n')
}

function redactedLine(line: string): string {
  return line
    .replace(behindDirective, `$1${redacted}`)
    .replace(behindWord, `$1${redacted}`)
    .replaceAll(scheme, `$1$2${redacted}`)
    .replaceAll(userOfUrl, `$1${redacted}@`)
    .replaceAll(keyArgument, `$1(${redacted})`)
}

/** Secrets of a template: literal ones, and names of `values` that it prints in their place. */
export interface TemplateSecrets {
  readonly literals: readonly string[]
  readonly values: readonly string[]
}

const secretDirective = new RegExp(`(?:${secretWord})["']?$`, 'i')

/** Finds the secrets that a template prints: the word behind each word that names a secret. */
export function secretsOfTemplate(source: string): TemplateSecrets {
  const words = source.split('\n').flatMap(secretWordsOf)
  const values = words.flatMap(word =>
    [...word.matchAll(/\bvalues\.([\w$-]+)/g)].map(([, name = '']) => name),
  )
  const literals = words
    .flatMap(word => word.split(/\{\{.*?\}\}|\s+/))
    .filter(part => part !== '' && !/^(?:bearer|basic)$/i.test(part))
  return { literals, values }
}

function secretWordsOf(line: string): readonly string[] {
  const whole = line.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, mustache =>
    mustache.replaceAll(/\s/g, '\u00a0'),
  )
  const words = splitWords(whole)
  // The first word behind `acl` is a name of the operator's choice.
  if (words[0] === 'acl') return []
  return words.flatMap((word, at) => {
    if (at === 0) return []
    const before = words[at - 1] ?? ''
    if (before === 'auth' && words[at - 2] === 'stats') return word.slice(word.indexOf(':') + 1)
    if (/^(?:pre)?setenv$/.test(words[at - 2] ?? '')) return isSecretName(before) ? word : []
    return secretDirective.test(before) ? word : []
  })
}
