import { displayWidth } from './display-width.js'

/** Returns a text of at most `width` columns; one that was cut ends with `…`. */
export function shortened(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${beginning(text, width - 1)}…`
}

/** Returns the lines of a text of at most `width` columns each, broken between words if possible. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (displayWidth(line) > width) {
      const piece = beginning(line, width)
      lines.push(piece)
      line = line.slice(piece.length)
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** Returns as many characters as fit into `width` columns, and at least one. */
function beginning(text: string, width: number): string {
  let shown = ''
  for (const character of text) {
    if (shown !== '' && displayWidth(shown + character) > width) break
    shown += character
  }
  return shown
}
