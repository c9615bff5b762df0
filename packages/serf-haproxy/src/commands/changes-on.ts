/** An output stream, as far as its screen matters. */
export interface Screen {
  readonly isTTY?: boolean
  readonly rows?: number
  write(text: string): unknown
}

/**
 * Returns a function that shows a text if it differs from the one before. A
 * terminal shows it in the place of the one before, as many lines as it has. In
 * a pipe and in a file it is a block with an empty line after it.
 *
 * @param form - `lines` for texts that are one line each, also on a terminal
 */
export function changesOn(screen: Screen, form: 'blocks' | 'lines'): (text: string) => void {
  let before: string | undefined
  return text => {
    if (text === before) return
    const isFirst = before === undefined
    before = text
    if (form === 'lines') screen.write(`${text}\n`)
    else if (screen.isTTY && screen.rows) screen.write(inPlace(text, screen.rows, isFirst))
    else screen.write(`${text}\n\n`)
  }
}

/** Returns a text for the whole screen: each line replaces one, and the rest is cleared. */
function inPlace(text: string, rows: number, isFirst: boolean): string {
  const lines = text.split('\n').slice(0, rows - 1)
  const start = isFirst ? '\u001B[2J\u001B[H' : '\u001B[H'
  return `${start}${lines.map(line => `${line}\u001B[K\n`).join('')}\u001B[J`
}
