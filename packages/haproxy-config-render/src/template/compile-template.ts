import Handlebars from 'handlebars'
import { layoutOf } from '../output/assemble-output.js'
import { LastRun } from '../output/last-run.js'
import { OutputFiles } from '../output/output-files.js'
import { refuseLongLines } from './list-lines.js'
import { lineStart, listEntry } from './output-context.js'
import type { Partials } from './partials.js'
import { renderPrintable } from './printable-members.js'
import type { ProxyModel } from '../model/proxy-model.js'
import { parseModel } from '../model/parse-model.js'
import { RenderError } from '../render-error.js'
import { registerHelpers, type Run } from './register-helpers.js'
import { printHelper, secureTemplate, type Site } from './secure-template.js'
import type { RenderedFile } from '../output/rendered-file.js'
import { withFiles, type Rendered } from '../output/rendered.js'
import { templateHelpers } from './template-helpers.js'
import { parseTemplate, templateFailure } from './template-source.js'
import { templateView } from './template-view.js'

/** A compiled template. */
export interface Template {
  /** Name of the template in errors. */
  readonly name: string
  /** Source of the template. */
  readonly source: string
  /**
   * Renders a model; the same model gives the same bytes. A member whose name or
   * tags cannot be printed is left out, and all others are rendered. The template
   * runs again only if the model differs from the last one in more than the
   * servers of pools that it prints with `{{servers pool}}` alone.
   *
   * @throws RenderError `invalid-model`; `unknown-name` or `unsafe-value` if the
   * template itself is wrong, whatever the members.
   */
  render(model: ProxyModel): Rendered
}

/** Options of {@link compileTemplate}. */
export interface TemplateOptions {
  /** Name of the template in errors. @defaultValue `template` */
  readonly name?: string
  /** Sources of the templates that it calls with `{{> name}}`, by name. @defaultValue none */
  readonly partials?: Partials
  /** Kind of file; `list` is a map or the file of an ACL. @defaultValue `configuration` */
  readonly format?: 'configuration' | 'further-configuration' | 'list'
  /** Templates of further files, rendered with each model. @defaultValue none */
  readonly outputs?: readonly OutputTemplate[]
}

/** The template of a further file that HAProxy reads. */
interface OutputTemplate extends Pick<RenderedFile, 'path' | 'use'> {
  /** Name of the template in errors. */
  readonly name: string
  /** Source of the template. */
  readonly source: string
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
 * map or a file of an ACL, which has no quotes: white space in a value is refused;
 * `further-configuration` has no `{{servers}}`, because servers change at run time in
 * the first file only. `outputs` are further files, rendered with each model.
 * @throws RenderError `invalid-template`, `unknown-helper`, `unknown-name` or
 * `raw-output`, with the place.
 *
 * @example
 * ```ts
 * import { compileTemplate, parseModel } from 'haproxy-config-render'
 *
 * const template = compileTemplate('{{#each pools}}backend {{name}}\n  {{servers this}}\n{{/each}}')
 * const model = parseModel({
 *   runtimeSocket: '/run/haproxy.sock',
 *   frontends: [],
 *   pools: [{ name: 'web', servers: [{ name: 's1', address: '10.0.0.1', port: 3000 }] }],
 * })
 * const { text, lines } = template.render(model)
 * text.split('\n')[0] // => 'backend web'
 * lines.map(({ line, server }) => `${line} ${server}`) // => ['2 s1']
 * ```
 */
export function compileTemplate(
  source: string,
  {
    name = 'template',
    partials = {},
    format = 'configuration',
    outputs = [],
  }: TemplateOptions = {},
): Template {
  const program = parseTemplate(source, name, partials)
  const { sites, words } = secureTemplate(program, format === 'list' ? listEntry : lineStart)
  if (format !== 'configuration') refuseServers(sites)
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

  const runOnce = (model: ProxyModel, errors?: Run['errors']) => {
    run = { blocks: [], members: [], errors }
    const readPools = new Set<string>()
    const view = templateView(model, pool => readPools.add(pool))
    const printed = printedText(() => print(view, quietly), name)
    const layout = layoutOf(printed, { ...run, places }, name)
    if (format === 'list') refuseLongLines(layout)
    return { model, layout, readPools }
  }
  const last = new LastRun()
  const files = new OutputFiles(outputs.map(output => compiledOutput(output, partials)))
  return {
    name,
    source,
    render(input) {
      const model = parseModel(input)
      const further = files.render(model)
      const fromLast = last.render(model)
      if (fromLast) return withFiles(fromLast, further)
      const { result, quarantined } = renderPrintable(model, words, runOnce)
      return withFiles(last.keep({ ...result, quarantined }), further)
    },
  }
}

function compiledOutput({ name, source, path, use }: OutputTemplate, partials: Partials) {
  const format = use === 'reload' ? 'further-configuration' : 'list'
  return { path, use, template: compileTemplate(source, { name, partials, format }) }
}

function refuseServers(sites: readonly Site[]): void {
  const site = sites.find(({ name }) => name === 'servers')
  if (!site) return
  throw new RenderError('invalid-template', 'servers writes its lines into another file', {
    place: site.place,
    expected: 'it in the template of the configuration, where HAProxy changes servers at run time',
  })
}

function printedText(print: () => string, name: string): string {
  try {
    return print()
  } catch (cause) {
    if (cause instanceof RenderError) throw cause
    throw templateFailure('The template cannot be rendered', cause, name)
  }
}
