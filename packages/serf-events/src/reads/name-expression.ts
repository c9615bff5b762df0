/** Characters with a meaning in a regular expression. */
const special = /[\\.+*?()|[\]{}^$]/g

/** Replacements for bytes that are no valid UTF-8. Serf matches one for each such byte. */
const replaced = /\uFFFD+/g

/**
 * Returns a regular expression (RE2) that matches these member names and no
 * others. Serf matches it with the whole name. Names are untrusted and may hold
 * any character.
 */
export function nameExpression(names: readonly string[]): string {
  return `(?:${names.map(quoted).join('|')})`
}

function quoted(name: string): string {
  return name.replaceAll(special, String.raw`\$&`).replaceAll(replaced, '\uFFFD+')
}
