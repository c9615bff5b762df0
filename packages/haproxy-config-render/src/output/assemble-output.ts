import { configurationLines } from 'haproxy-config-text'
import type { Pool } from '../model/proxy-model.js'
import type { SourcePlace } from '../render-error.js'
import type { Server } from '../model/server.js'

/** The origin of a line of the output. */
export interface LineOrigin {
  /** Name of the template that printed it. */
  readonly template: string
  /** Line in the template, from 1. */
  readonly templateLine: number
  /** Pool of the section that contains the line, if the line is about a server. */
  readonly pool?: string
  /** Server of the line, if it is about one. */
  readonly server?: string
}

/** Whole lines that the template printed itself. */
interface PrintedLines {
  readonly kind: 'printed'
  /** Each line ends with a newline. */
  readonly text: string
  readonly origins: readonly LineOrigin[]
}

/** The place of a pool's server lines, written by `{{servers pool}}`. */
interface ServerLines {
  readonly kind: 'servers'
  readonly pool: string
  /** True in the pool's own section. */
  readonly isManaged: boolean
  readonly indent: string
  readonly place: SourcePlace
}

/** The output of one run of a template, without its server lines. */
export type Layout = readonly (PrintedLines | ServerLines)[]

/** Parts that a run of the template left out of its text; marks refer to them by number. */
export interface Marked {
  /** Beginnings of the pieces of the template's own text. */
  readonly places: readonly SourcePlace[]
  /** Server lines of whole pools. */
  readonly blocks: readonly { readonly pool: Pool; readonly place: SourcePlace }[]
  /** Servers of which a value was printed. */
  readonly members: readonly Server[]
}

/**
 * Returns a mark for the printed text. No template and no value contains the
 * characters around it: control characters are refused in both.
 */
export function mark(kind: 'text' | 'block' | 'member', index: number): string {
  return `\u0001${kind.charAt(0)}${index}\u0002`
}

/** Turns a marked text into the parts of the output, and removes all marks. */
export function layoutOf(printed: string, marked: Marked, file: string): Layout {
  const out = new OutputParts(marked, file)
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

class OutputParts {
  readonly #marked: Marked
  readonly #parts: (PrintedLines | ServerLines)[] = []
  /** Printed lines behind the last server lines, and their origins. */
  #printed: string[] = []
  #origins: LineOrigin[] = []
  #line = ''
  /** True if there is a line in the output. */
  #isBegun = false
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

  /** Adds the place of a pool's server lines. The current line is their indentation. */
  writeServers(block: number): void {
    const { pool, place } = this.#marked.blocks[block] ?? {}
    if (!pool || !place) return
    const isManaged = this.#section === pool.name
    this.#endPrinted()
    this.#parts.push({ kind: 'servers', pool: pool.name, isManaged, indent: this.#line, place })
    if (pool.servers.length > 0) this.#isBegun = true
    this.#line = ''
    this.#isEnded = true
  }

  finish(): Layout {
    if (this.#line !== '' || !this.#isBegun) this.#endLine()
    this.#endPrinted()
    return this.#parts
  }

  #endLine(): void {
    const section = configurationLines(this.#line)[0]?.section
    if (section) this.#section = /^(?:backend|listen)$/.test(section.kind) ? section.name : ''
    const { file: template, line: templateLine } = this.#place
    const server = this.#server?.name
    this.#origins.push(
      server === undefined
        ? { template, templateLine }
        : { template, templateLine, pool: this.#section, server },
    )
    this.#printed.push(this.#line)
    this.#isBegun = true
    this.#line = ''
    this.#server = undefined
  }

  #endPrinted(): void {
    if (this.#printed.length === 0) return
    const text = [...this.#printed, ''].join('\n')
    this.#parts.push({ kind: 'printed', text, origins: this.#origins })
    this.#printed = []
    this.#origins = []
  }
}
