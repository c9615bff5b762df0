/** The text in the place of a secret. */
export const redacted = '[redacted]'

/** Shorter values are too common in other words; in a configuration their place gives them away. */
const shortest = 4
/** From this length on a value is found inside of other words too. */
const distinct = 8
/** Most secrets that are known; the oldest are forgotten. */
const mostKnown = 1000

/**
 * Values that are secret, process-wide. A value stays secret after the
 * configuration with it is replaced: texts of before still have it.
 */
const known = new Set<string>()
let pattern: RegExp | undefined
/** The same in the spelling of JSON. */
let inJson: RegExp | undefined

/** Adds values that no output may show from now on. */
export function rememberSecrets(values: Iterable<string>): void {
  for (const value of values) {
    const secret = value.trim()
    if (secret.length < shortest) continue
    // As HAProxy's configuration spells it in quotes, and in a log format.
    for (const spelling of [
      secret,
      secret.replaceAll("'", String.raw`'\''`),
      secret.replaceAll('%', '%%'),
    ])
      known.add(spelling)
  }
  for (const secret of known) {
    if (known.size <= mostKnown) break
    known.delete(secret)
  }
  if (known.size === 0) return
  const longestFirst = [...known].toSorted((a, b) => b.length - a.length)
  pattern = new RegExp(longestFirst.map(patternOf).join('|'), 'gu')
  const spelled = longestFirst.map(secret => literal(JSON.stringify(secret).slice(1, -1)))
  inJson = new RegExp(spelled.join('|'), 'u')
}

/** Returns false only for JSON without any known secret in its texts. */
export function mayHoldSecret(json: string): boolean {
  return inJson?.test(json) ?? false
}

/** Returns a text in which every known secret is replaced. */
export function withoutSecrets(text: string): string {
  return pattern === undefined ? text : text.replaceAll(pattern, redacted)
}

function patternOf(secret: string): string {
  const exact = literal(secret)
  return secret.length < distinct ? String.raw`(?<![\p{L}\p{N}])${exact}(?![\p{L}\p{N}])` : exact
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}
