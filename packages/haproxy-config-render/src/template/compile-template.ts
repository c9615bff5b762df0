import Handlebars from 'handlebars'
import { assembleOutput, type ManagedLine, type OutputLine } from './assemble-output.js'
import { lineStart, listEntry } from './output-context.js'
import type { Partials } from './partials.js'
import { renderPrintable } from './printable-members.js'
import type { Pool, ProxyModel } from '../model/proxy-model.js'
import { parseModel } from '../model/parse-model.js'
import { RenderError } from '../render-error.js'
import { registerHelpers, type Run } from './register-helpers.js'
import { printHelper, secureTemplate } from './secure-template.js'
import { poolOptions, renderedServer, type RenderedServer } from './server-line.js'
import type { Quarantined } from '../model/quarantined.js'
import { templateHelpers } from './template-helpers.js'
import { parseTemplate, templateFailure } from './template-source.js'
import { templateView } from './template-view.js'

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
  /**
   * Pools of the model whose servers the template does not read at all: none of
   * their members is in `text`. A misspelled name in the template is one cause.
   */
  readonly unprintedPools: readonly string[]
  /** Members left out: the template cannot print their names or tags. All others are in `text`. */
  readonly quarantined: readonly Quarantined[]
}

/** A compiled template. */
export interface Template {
  /** Name of the template in errors. */
  readonly name: string
  readonly source: string
  /**
   * Renders a model; the same model gives the same bytes. A member whose name or
   * tags cannot be printed is left out, and all others are rendered.
   *
   * @throws RenderError `invalid-model`; `unknown-name` or `unsafe-value` if the
   * template itself is wrong, whatever the members.
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
  const { sites, words } = secureTemplate(program, format === 'list' ? listEntry : lineStart)
  let run: Run = { blocks: [], members: [], errors: undefined }
  const handlebars = Handlebars.create()
  registerHelpers(handlebars, sites, () => run)
  const names = [printHelper, ...templateHelpers.keys()]
  const print = handlebars.compile<object>(program, {
    noEscape: true,
    knownHelpers: Object.fromEntries(names.map(helper => [helper, true])),
    knownHelpersOnly: true,
  })
  const places = sites.map(({ place }) => place)

  const renderOnce = (model: ProxyModel, errors?: Run['errors']) => {
    run = { blocks: [], members: [], errors }
    const readPools = new Set<string>()
    const view = templateView(model, pool => readPools.add(pool))
    const printed = printedText(() => print(view, quietly), name)
    const assembled = assembleOutput(printed, { ...run, places }, name)
    const { text, lines, sourceMap, managed } = assembled
    const pools = model.pools.filter(pool => managed.has(pool.name)).map(renderedPool)
    const unprintedPools = model.pools.map(pool => pool.name).filter(one => !readPools.has(one))
    return { text, pools, lines, sourceMap, unprintedPools }
  }
  return {
    name,
    source,
    render(input) {
      const { result, quarantined } = renderPrintable(parseModel(input), words, renderOnce)
      return { ...result, quarantined }
    },
  }
}

function renderedPool(pool: Pool): RenderedPool {
  const options = poolOptions(pool)
  return { name: pool.name, servers: pool.servers.map(one => renderedServer(one, options)) }
}

function printedText(print: () => string, name: string): string {
  try {
    return print()
  } catch (cause) {
    if (cause instanceof RenderError) throw cause
    throw templateFailure('The template cannot be rendered', cause, name)
  }
}
