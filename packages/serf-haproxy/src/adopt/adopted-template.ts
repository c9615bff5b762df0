import type { TurnedOver } from '../verdict/verdict.js'

/** A text as a template, and the text that it renders without members. */
export interface AdoptedTemplate {
  readonly source: string
  /** The first rendering that is wanted: the text without the servers that members replace. */
  readonly rendering: string
  /** Line of the text behind each line of that rendering, both from 1. */
  readonly lines: readonly number[]
}

const head =
  '{{! Made by `serf-haproxy adopt`. A line with servers "NAME" writes the members of a pool. }}'

/**
 * Turns a configuration into a template. In each backend, one line that writes
 * the members takes the place of the first server that they replace. Line ends
 * become line feeds, and the last line has one: the renderer writes no others.
 *
 * @param linesBefore - number of lines of the files before this one
 */
export function adoptedTemplate(
  text: string,
  turnedOver: readonly TurnedOver[],
  linesBefore: number,
): AdoptedTemplate {
  const replaced = new Map<number, string | undefined>()
  for (const { servers, backend } of turnedOver)
    for (const [i, line] of servers.entries())
      replaced.set(line - linesBefore, i === 0 ? backend : undefined)
  const source = [head]
  const rendering: string[] = []
  const lines: number[] = []
  for (const [i, line] of linesOf(text).entries()) {
    const number = i + 1
    const backend = replaced.get(number)
    if (backend !== undefined) source.push(`${indentOf(line)}{{servers "${backend}"}}`)
    if (replaced.has(number)) continue
    source.push(escaped(line))
    rendering.push(line)
    lines.push(number)
  }
  return { source: joined(source), rendering: joined(rendering), lines }
}

/** Returns a text with line feeds only, and one at its end. */
export function withLineFeeds(text: string): string {
  return joined(linesOf(text))
}

/** Returns the lines of a text, without their ends. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map(line => line.replace(/\r$/, ''))
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function joined(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? ''
}

/**
 * Escapes what Handlebars would read. `\{{` prints `{{`; a backslash that stands
 * there already is doubled in front of an empty comment, which prints it.
 */
function escaped(line: string): string {
  return line.replaceAll(/(\\*)\{\{/g, (_, backslashes: string) =>
    backslashes === '' ? String.raw`\{{` : `${backslashes}\\{{!}}\\{{`,
  )
}
