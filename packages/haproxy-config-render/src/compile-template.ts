import Handlebars from 'handlebars'
import { haproxyWord } from './haproxy-word.js'
import { parseModel, type Pool, type ProxyModel } from './proxy-model.js'
import { RenderError } from './render-error.js'
import { managedLines, type ManagedLine } from './managed-lines.js'
import { secureTemplate, wordHelper, type HelperTable } from './secure-template.js'
import { serverLine, serverOptions } from './server-line.js'

/** A server as it was rendered, with the words behind it that HAProxy needs to add it at run time. */
export interface RenderedServer {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly options: string
}

/** A pool as it was rendered. */
export interface RenderedPool {
  readonly name: string
  readonly servers: readonly RenderedServer[]
}

/** A configuration, and what of it can be changed without a reload. */
export interface Rendered {
  readonly text: string
  readonly pools: readonly RenderedPool[]
  /** The lines of `text` that hold a server of a pool. */
  readonly lines: readonly ManagedLine[]
}

/** A compiled template. */
export interface Template {
  /** What errors call it. */
  readonly name: string
  /**
   * The configuration for a model; the same model gives the same bytes.
   *
   * @throws RenderError `invalid-model`, `unknown-name` or `unsafe-value`.
   */
  render(model: ProxyModel): Rendered
}

const helpers: HelperTable = new Map([
  ['if', { printsSafely: false }],
  ['unless', { printsSafely: false }],
  ['each', { printsSafely: false }],
  ['with', { printsSafely: false }],
  ['lookup', { printsSafely: false }],
  ['servers', { printsSafely: true }],
  [wordHelper, { printsSafely: true }],
])

/**
 * Compiles a Handlebars template of HAProxy's configuration. Whatever it
 * prints is led through {@link haproxyWord}; `{{servers pool}}` writes the
 * server lines of a pool.
 *
 * @throws RenderError `invalid-template`, `unknown-helper` or `raw-output`,
 * with the place.
 */
export function compileTemplate(source: string, { name = 'template' }: { name?: string } = {}): Template {
  const handlebars = Handlebars.create()
  handlebars.registerHelper(wordHelper, (value: unknown, what: string, line: number, column: number) => {
    const place = { template: name, line, column }
    if (value === undefined) throw new RenderError('unknown-name', `The model has no ${what} here`, { place })
    return haproxyWord(value, place)
  })
  handlebars.registerHelper('servers', (pool: Pool, column: number) =>
    pool.servers.map(serverLine).join(`\n${' '.repeat(column)}`),
  )
  const program = parse(handlebars, source, name)
  secureTemplate(program, name, helpers)
  const print = handlebars.compile(program, { noEscape: true })

  return {
    name,
    render(input) {
      const model = parseModel(input)
      const text = withFinalNewline(printed(print, model, name))
      const pools = model.pools.map(pool => ({
        name: pool.name,
        servers: pool.servers.map(server => ({ ...server, options: serverOptions })),
      }))
      return { text, pools, lines: managedLines(text, model.pools) }
    },
  }
}

function parse(handlebars: typeof Handlebars, source: string, name: string): hbs.AST.Program {
  try {
    return handlebars.parse(source)
  } catch (cause) {
    const { message, lineNumber, column } = cause as HandlebarsError
    const line = lineNumber ?? Number(/Parse error on line (\d+)/.exec(message)?.[1] ?? 1)
    const [first] = message.split('\n')
    throw new RenderError('invalid-template', `The template has a syntax error: ${first}`, {
      place: { template: name, line, column: column ?? 0 },
      cause,
    })
  }
}

interface HandlebarsError extends Error {
  readonly lineNumber?: number
  readonly column?: number
}

function printed(print: Handlebars.TemplateDelegate, model: ProxyModel, name: string): string {
  try {
    return print(model)
  } catch (cause) {
    if (cause instanceof RenderError) throw cause
    const { message, lineNumber, column } = cause as HandlebarsError
    const place = { template: name, line: lineNumber ?? 1, column: column ?? 0 }
    throw new RenderError('invalid-template', `The template cannot be rendered: ${message}`, { place, cause })
  }
}

/** HAProxy refuses a configuration whose last line does not end. */
function withFinalNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
