/**
 * Characters that a terminal, a browser or a reader of logs interprets or does
 * not show: controls (C0, C1), bidirectional controls, separators of lines and
 * paragraphs, zero-width and other invisible characters, halves of surrogate
 * pairs, and what Unicode has not assigned.
 */
const interpreted = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Text without any of them is the common case, and long. */
const beyondAscii = /[^\u0020-\u007e]+/g

/** White space that a sentence on one line holds as spaces. */
const breaks = /[\t\n\v\f\r\u0085\u2028\u2029]/g

/** Returns a text with every character that could be interpreted escaped, as in `\u{202e}`. */
export function displayedText(text: string): string {
  return text.replaceAll(beyondAscii, part =>
    part.replaceAll(interpreted, character => `\\u{${codeOf(character)}}`),
  )
}

/** Returns a text of several lines for display: line feeds and tabs stay. */
export function displayedLines(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, displayedText)
}

/** Returns JSON that says the same and is safe to display: the escapes of JSON. */
export function displayedJson(json: string): string {
  return json.replaceAll(beyondAscii, part =>
    part.replaceAll(interpreted, character =>
      Array.from({ length: character.length }, (_, at) => {
        const code = character.charCodeAt(at).toString(16)
        return `\\u${code.padStart(4, '0')}`
      }).join(''),
    ),
  )
}

/**
 * Returns a name that is safe for a terminal and of at most 64 characters. Names
 * come from gossip.
 *
 * @example
 * ```ts
 * import { printableName } from 'serf-haproxy'
 *
 * printableName('web-1\u001b[31m') // => String.raw`web-1\u{1b}[31m`
 * ```
 */
export function printableName(name: string): string {
  return shortened(name, 64)
}

/** Returns a text on one line, safe for a terminal, of at most `most` characters. */
export function printableText(text: string, most = 300): string {
  return shortened(text.slice(0, 2 * most).replaceAll(breaks, ' '), most)
}

/** Cuts between characters and between escapes, never inside one. */
function shortened(text: string, most: number): string {
  let shown = ''
  for (const character of text) {
    const next = shown + displayedText(character)
    if (next.length > most) break
    shown = next
  }
  return shown
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16)
}
