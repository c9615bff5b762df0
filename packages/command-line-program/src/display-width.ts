/** Characters that take two columns of a terminal. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
/** Marks that are drawn over the character before them. */
const mark = /\p{M}/u
const halfWidth = /[\uff61-\uffdc]/

/** Returns the number of columns that a text without control characters takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

function widthOf(character: string): number {
  if (character <= '\u007e') return 1
  if (mark.test(character)) return 0
  return wide.test(character) && !halfWidth.test(character) ? 2 : 1
}
