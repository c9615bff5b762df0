/** State of a thing, as a colour shows it. */
export type State = 'good' | 'warning' | 'bad' | 'quiet'

/** Codes of a terminal that begin and end a colour: green, yellow, red and dim. */
const codes: Readonly<Record<State, readonly [number, number]>> = {
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
  quiet: [2, 22],
}

/** Returns a text in the colour of a state; the text itself without colours. */
export function coloured(text: string, state: State, isColoured: boolean): string {
  if (!isColoured || text === '') return text
  const [begin, end] = codes[state]
  return `\u001B[${begin}m${text}\u001B[${end}m`
}
