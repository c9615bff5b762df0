import Handlebars from 'handlebars'
import { assembleOutput, mark, type ManagedLine, type OutputLine } from './assemble-output.js'
import { lineStart, listEntry } from './output-context.js'
import type { Partials } from './partials.js'
import { printedValue } from './printed-value.js'
import type { Pool, ProxyModel } from '../model/proxy-model.js'
import { parseModel } from '../model/parse-model.js'
import { RenderError } from '../render-error.js'
import { printHelper, secureTemplate, type Site } from './secure-template.js'
import { renderedServer, type RenderedServer } from './server-line.js'
import { isServer, type Server } from '../model/server.js'
import { shownValue } from '../shown-value.js'
import { templateHelpers } from './template-helpers.js'
import { parseTemplate, templateFailure } from './template-source.js'
import { serverOfView, templateView } from './template-view.js'

/** A pool as it was rendered. */
interface RenderedPool {
  readonly name: string
  readonly servers: readonly RenderedServer[]
}

/** A configuration, and its servers that can be changed without a reload. */
export interface Rendered {
  readonly text: string
  /** Pools with server lines that `{{servers pool}}` wrote into their own section. */
  readonly pools: readonly RenderedPool[]
  /** The lines of `text` that hold a server of such a pool. */
  readonly lines: readonly ManagedLine[]
  /** The origin of each line of `text`, in order. */
  readonly sourceMap: readonly OutputLine[]
}

/** A compiled template. */
export interface Template {
  /** Name of the template in errors. */
  readonly name: string
  readonly source: string
  /**
   * Renders a model; the same model gives the same bytes.
   *
   * @throws RenderError `invalid-model`, `unknown-name` or `unsafe-value`.
   */
  render(model: ProxyModel): Rendered
}

/** Options of {@link compileTemplate}. */
export interface TemplateOptions {
  readonly name?: string
  readonly partials?: Partials
  readonly format?: 'configuration' | 'list'
}

/** Without these options Handlebars prints warnings; a library prints nothing. */
const quietly = { allowProtoMethodsByDefault: false, allowProtoPropertiesByDefault: false }

/** Parts that one run of a template leaves out of its text. */
interface Run {
  readonly blocks: { readonly pool: Pool; readonly place: Site['place'] }[]
  readonly members: Server[]
}

/**
 * Compiles a Handlebars template of HAProxy's configuration. Each value that it
 * prints is escaped for its place; `{{servers pool}}` writes the server
 * lines of a pool.
 *
 * @param options - `name` is what errors call the template; `partials` are the
 * sources of those that it calls with `{{> name}}`; `format` is `list` for a
 * map or a file of an ACL, which has no quotes: white space in a value is refused.
 * @throws RenderError `invalid-template`, `unknown-helper`, `unknown-name` or
 * `raw-output`, with the place.
 */
export function compileTemplate(
  source: string,
  { name = 'template', partials = {}, format = 'configuration' }: TemplateOptions = {},
): Template {
  const program = parseTemplate(source, name, partials)
  const sites = secureTemplate(program, format === 'list' ? listEntry : lineStart)
  let run: Run = { blocks: [], members: [] }
  const handlebars = Handlebars.create()
  registerHelpers(handlebars, sites, () => run)
  const names = [printHelper, ...templateHelpers.keys()]
  const print = handlebars.compile<object>(program, {
    noEscape: true,
    knownHelpers: Object.fromEntries(names.map(helper => [helper, true])),
    knownHelpersOnly: true,
  })
  const places = sites.map(({ place }) => place)

  return {
    name,
    source,
    render(input) {
      const model = parseModel(input)
      run = { blocks: [], members: [] }
      const printed = printedText(() => print(templateView(model), quietly), name)
      const assembled = assembleOutput(printed, { ...run, places }, name)
      const { text, lines, sourceMap, managed } = assembled
      const pools = model.pools.filter(pool => managed.has(pool.name)).map(renderedPool)
      return { text, pools, lines, sourceMap }
    },
  }
}

function renderedPool({ name, servers }: Pool): RenderedPool {
  return { name, servers: servers.map(renderedServer) }
}

function printedText(print: () => string, name: string): string {
  try {
    return print()
  } catch (cause) {
    if (cause instanceof RenderError) throw cause
    throw templateFailure('The template cannot be rendered', cause, name)
  }
}

/** Handlebars calls a helper with its parameters, the number of its site, and options. */
function registerHelpers(
  handlebars: typeof Handlebars,
  sites: readonly Site[],
  run: () => Run,
): void {
  const siteAt = (index: number): Site => {
    const site = sites[index]
    if (site) return site
    throw new RangeError(`the template has no site ${index}`)
  }
  handlebars.registerHelper(printHelper, function (this: unknown, value: unknown, index: number) {
    const { place, name, context } = siteAt(index)
    if (value === undefined) {
      throw new RenderError('unknown-name', `The model has no ${name} here`, { place })
    }
    const text = printedValue(value, context, place)
    const server = isServer(this) ? this : serverOfView(this)
    return server ? text + mark('member', run().members.push(server) - 1) : text
  })
  handlebars.registerHelper('servers', (pool: unknown, index: number) => {
    const { place } = siteAt(index)
    if (isPool(pool)) return mark('block', run().blocks.push({ pool, place }) - 1)
    const facts = { place, found: shownValue(pool), wanted: 'a pool of the model' }
    throw new RenderError('unknown-name', 'servers has no pool', facts)
  })
  for (const [name, { compute }] of templateHelpers) {
    if (!compute) continue
    handlebars.registerHelper(name, (...parameters: unknown[]) => {
      const index = Number(parameters.at(-2))
      return placed(() => compute(...parameters.slice(0, -2)), siteAt(index))
    })
  }
  registerBlocks(handlebars, siteAt)
}

/** Blocks get the number of their site behind their parameter; Handlebars' own do not know it. */
function registerBlocks(handlebars: typeof Handlebars, siteAt: (index: number) => Site): void {
  // Of another instance: they call each other by name.
  const { helpers } = Handlebars.create()
  for (const block of ['if', 'unless', 'each', 'with']) {
    const own = helpers[block]
    handlebars.registerHelper(
      block,
      function (this: unknown, value: unknown, index: number, options: unknown) {
        if (
          block === 'each' &&
          !Array.isArray(value) &&
          (typeof value !== 'object' || value === null)
        ) {
          const facts = { place: siteAt(index).place, found: shownValue(value), wanted: 'a list' }
          throw new RenderError('unknown-name', 'each has nothing to go through', facts)
        }
        return own?.call(this, value, options) as unknown
      },
    )
  }
}

/** Adds to a helper's error where the helper stands. */
function placed(compute: () => unknown, { place, name }: Site): unknown {
  try {
    return compute()
  } catch (cause) {
    if (!(cause instanceof RenderError)) throw cause
    const { code, found, wanted } = cause
    throw new RenderError(code, `${name} cannot use its parameter`, { place, found, wanted, cause })
  }
}

/** The model is checked, so what has servers is a pool. */
function isPool(value: unknown): value is Pool {
  return typeof value === 'object' && value !== null && 'servers' in value
}
