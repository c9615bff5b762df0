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
  ['if', { kind: 'block', parameters: 1 }],
  ['unless', { kind: 'block', parameters: 1 }],
  ['each', { kind: 'block', parameters: 1 }],
  ['with', { kind: 'block', parameters: 1 }],
  ['lookup', { kind: 'value', parameters: 2 }],
  ['servers', { kind: 'lines', parameters: 1 }],
])

/** Handlebars would print a warning for what it refuses; a library prints nothing. */
const quietly = { allowProtoMethodsByDefault: false, allowProtoPropertiesByDefault: false }

/**
 * Compiles a Handlebars template of HAProxy's configuration. Whatever it
 * prints is led through {@link haproxyWord}; `{{servers pool}}` writes the
 * server lines of a pool.
 *
 * @throws RenderError `invalid-template`, `unknown-helper` or `raw-output`,
 * with the place.
 */
export function compileTemplate(
  source: string,
  { name = 'template' }: { name?: string } = {},
): Template {
  const handlebars = Handlebars.create()
  handlebars.registerHelper(
    wordHelper,
    (value: unknown, what: string, line: number, column: number) => {
      const place = { template: name, line, column }
      if (value === undefined) {
        throw new RenderError('unknown-name', `The model has no ${what} here`, { place })
      }
      return haproxyWord(value, place)
    },
  )
  handlebars.registerHelper('servers', (pool: unknown, line: number, column: number) => {
    if (isPool(pool)) return pool.servers.map(serverLine).join(`\n${' '.repeat(column)}`)
    const place = { template: name, line, column }
    const found = (JSON.stringify(pool) ?? 'nothing').slice(0, 100)
    throw new RenderError('unknown-name', `servers has ${found}, wanted a pool of the model`, {
      place,
    })
  })
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
    throw templateFault('The template has a syntax error', cause, name)
  }
}

function printed(print: Handlebars.TemplateDelegate, model: ProxyModel, name: string): string {
  try {
    return print(model, quietly)
  } catch (cause) {
    if (cause instanceof RenderError) throw cause
    throw templateFault('The template cannot be rendered', cause, name)
  }
}

/** Handlebars gives the place in its text: first for its parser's errors, last for its own. */
function templateFault(what: string, cause: unknown, template: string): RenderError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const [, line] = /^(?:Parse|Lexical) error on line (\d+)/.exec(message) ?? []
  const [, ownLine, ownColumn] = / - (\d+):(\d+)$/.exec(message) ?? []
  const place = { template, line: Number(line ?? ownLine ?? 1), column: Number(ownColumn ?? 0) }
  const lines = message.split('\n')
  const reason = lines.find(text => text.startsWith('Expecting')) ?? lines[0]
  return new RenderError('invalid-template', `${what}: ${reason}`, { place, cause })
}

/** The model is checked, so what has servers is a pool. */
function isPool(value: unknown): value is Pool {
  return typeof value === 'object' && value !== null && 'servers' in value
}

/** HAProxy refuses a configuration whose last line does not end. */
function withFinalNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
