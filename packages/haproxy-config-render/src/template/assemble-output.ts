import { configurationLines } from 'haproxy-config-text'
import type { Pool } from '../model/proxy-model.js'
import type { SourcePlace } from '../render-error.js'
import type { Server } from '../model/server.js'
import { poolOptions, serverLine } from './server-line.js'

/** A line of the output, and its origin. */
export interface OutputLine {
  /** Number of the line, from 1. */
  readonly line: number
  /** Name of the template, and the line there, from 1. */
  readonly template: string
  readonly templateLine: number
  /** Pool of the section that contains the line, if the line is about a server. */
  readonly pool?: string
  readonly server?: string
}

/** A line that holds a server of a pool, written by `{{servers pool}}`. */
export interface ManagedLine extends OutputLine {
  readonly pool: string
  readonly server: string
}

/** Parts that a run of the template left out of its text; marks refer to them by number. */
export interface Marked {
  /** Beginnings of the pieces of the template's own text. */
  readonly places: readonly SourcePlace[]
  /** Server lines of whole pools. */
  readonly blocks: readonly { readonly pool: Pool; readonly place: SourcePlace }[]
  /** Servers of which a value was printed. */
  readonly members: readonly Server[]
}

/** The output, and the origin of its lines. */
export interface Assembled {
  readonly text: string
  readonly sourceMap: readonly OutputLine[]
  readonly lines: readonly ManagedLine[]
  /** Pools with their server lines in their own section. */
  readonly managed: ReadonlySet<string>
}

/**
 * Returns a mark for the printed text. No template and no value contains the
 * characters around it: control characters are refused in both.
 */
export function mark(kind: 'text' | 'block' | 'member', index: number): string {
  return `\u0001${kind.charAt(0)}${index}\u0002`
}

/** Turns a marked text into the output, and removes all marks. */
export function assembleOutput(printed: string, marked: Marked, file: string): Assembled {
  const out = new OutputLines(marked, file)
  const [first = '', ...pieces] = printed.split('\u0001')
  out.write(first)
  for (const piece of pieces) {
    const end = piece.indexOf('\u0002')
    const index = Number(piece.slice(1, end))
    if (piece.startsWith('t')) out.from(index)
    else if (piece.startsWith('m')) out.isAbout(index)
    else out.writeServers(index)
    out.write(piece.slice(end + 1))
  }
  return out.finish()
}

class OutputLines {
  readonly #marked: Marked
  readonly #done: string[] = []
  readonly #sourceMap: OutputLine[] = []
  readonly #lines: ManagedLine[] = []
  readonly #managed = new Set<string>()
  #line = ''
  /** True if server lines have already ended the current line. */
  #isEnded = false
  #section = ''
  #place: { file: string; line: number }
  #server: Server | undefined

  constructor(marked: Marked, file: string) {
    this.#marked = marked
    this.#place = { file, line: 1 }
  }

  from(place: number): void {
    const { file, line } = this.#marked.places[place] ?? this.#place
    this.#place = { file, line }
  }

  isAbout(member: number): void {
    this.#server = this.#marked.members[member]
  }

  write(text: string): void {
    // Server lines already end with a newline.
    let from = this.#isEnded && text.startsWith('\n') ? 1 : 0
    if (text !== '') this.#isEnded = false
    for (let to = text.indexOf('\n', from); to >= 0; to = text.indexOf('\n', from)) {
      this.#line += text.slice(from, to)
      this.#endLine()
      this.#place = { file: this.#place.file, line: this.#place.line + 1 }
      from = to + 1
    }
    this.#line += text.slice(from)
  }

  /** Writes the lines of a pool; the indentation is there already. */
  writeServers(block: number): void {
    const { pool, place } = this.#marked.blocks[block] ?? {}
    if (!pool || !place) return
    const { name, servers } = pool
    const isManaged = this.#section === name
    if (isManaged) this.#managed.add(name)
    const indent = this.#line
    const options = poolOptions(pool)
    let text = ''
    for (const server of servers) {
      text += (text === '' ? '' : '\n') + indent + serverLine(server, options)
      const line: ManagedLine = {
        line: this.#sourceMap.length + 1,
        template: place.file,
        templateLine: place.line,
        pool: name,
        server: server.name,
      }
      this.#sourceMap.push(line)
      if (isManaged) this.#lines.push(line)
    }
    if (text !== '') this.#done.push(text)
    this.#line = ''
    this.#isEnded = true
  }

  finish(): Assembled {
    if (this.#line !== '' || this.#done.length === 0) this.#endLine()
    return {
      text: [...this.#done, ''].join('\n'),
      sourceMap: this.#sourceMap,
      lines: this.#lines,
      managed: this.#managed,
    }
  }

  #endLine(): void {
    const section = configurationLines(this.#line)[0]?.section
    if (section) this.#section = /^(?:backend|listen)$/.test(section.kind) ? section.name : ''
    const { file: template, line: templateLine } = this.#place
    const line = this.#sourceMap.length + 1
    const server = this.#server?.name
    this.#sourceMap.push(
      server === undefined
        ? { line, template, templateLine }
        : { line, template, templateLine, pool: this.#section, server },
    )
    this.#done.push(this.#line)
    this.#line = ''
    this.#server = undefined
  }
}
