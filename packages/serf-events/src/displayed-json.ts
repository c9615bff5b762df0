/** Characters that a terminal interprets or does not show: JSON escapes few of them itself. */
const interpreted = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Returns a value as JSON on one line, with every character escaped that a terminal could interpret. */
export function displayedJson(value: object): string {
  return JSON.stringify(value).replaceAll(interpreted, character =>
    // Each half of a surrogate pair has an escape of its own.
    character
      .split('')
      .map(half => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
