/** Characters that a terminal obeys or hides: controls, and marks of direction and format. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Returns a text that is safe for a terminal: other characters are escapes of JSON. */
export function shownText(text: string): string {
  return text.replaceAll(unprintable, escaped)
}

/** Returns plain data as one line of JSON that is safe for a terminal. */
export function shownJson(value: unknown): string {
  return shownText(JSON.stringify(value))
}

function escaped(character: string): string {
  const codes = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
  return codes.map(code => String.raw`\u${code.toString(16).padStart(4, '0')}`).join('')
}
