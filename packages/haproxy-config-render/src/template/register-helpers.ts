import Handlebars from 'handlebars'
import { mark } from '../output/assemble-output.js'
import { printedValue } from './printed-value.js'
import type { Pool } from '../model/proxy-model.js'
import { RenderError } from '../render-error.js'
import { printHelper, type Site } from './secure-template.js'
import { isServer, type Server } from '../model/server.js'
import { shownValue } from '../shown-value.js'
import { templateHelpers } from './template-helpers.js'
import { poolOfView, serverOfView, type TemplateView } from './template-view.js'

/** Parts that one run of a template leaves out of its text, and its errors. */
export interface Run {
  readonly blocks: { readonly pool: Pool; readonly place: Site['place'] }[]
  readonly members: Server[]
  /** If set, errors about a server's own values are collected here, and the run goes on. */
  readonly errors: Map<Server, RenderError> | undefined
}

/** Handlebars calls a helper with its parameters, the number of its site, and options. */
export function registerHelpers(
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
    const site = siteAt(index)
    const server = serverOf(this)
    const text = collected(run(), site, server, () => printed(value, site))
    return server ? text + mark('member', run().members.push(server) - 1) : text
  })
  handlebars.registerHelper('servers', (value: unknown, index: number, options: unknown) => {
    const { place } = siteAt(index)
    const { pools } = (options as { readonly data: { readonly root: TemplateView } }).data.root
    const named = typeof value === 'string' ? pools.find(({ name }) => name === value) : value
    const pool = poolOfView(named)
    if (pool) return mark('block', run().blocks.push({ pool, place }) - 1)
    const names = pools.map(({ name }) => name).join(', ')
    const expected = `a pool of the model: ${names || 'there is none'}`
    const facts = { place, got: shownValue(value), expected }
    throw new RenderError('unknown-name', 'servers has no pool', facts)
  })
  for (const [name, { compute }] of templateHelpers) {
    if (!compute) continue
    handlebars.registerHelper(name, function (this: unknown, ...parameters: unknown[]) {
      const site = siteAt(Number(parameters.at(-2)))
      const values = parameters.slice(0, -2)
      return collected(run(), site, serverOf(this), () => placed(() => compute(...values), site))
    })
  }
  registerBlocks(handlebars, siteAt, run)
}

/** Blocks get the number of their site behind their parameter; Handlebars' own do not know it. */
function registerBlocks(
  handlebars: typeof Handlebars,
  siteAt: (index: number) => Site,
  run: () => Run,
): void {
  // Of another instance: they call each other by name.
  const { helpers } = Handlebars.create()
  for (const block of ['if', 'unless', 'each', 'with']) {
    const own = helpers[block]
    handlebars.registerHelper(
      block,
      function (this: unknown, value: unknown, index: number, options: unknown) {
        const site = siteAt(index)
        // Only the parameter: errors inside of the block are those of other sites.
        const items =
          block === 'each'
            ? collected(run(), site, serverOf(this), () => listed(value, site))
            : value
        return own?.call(this, items, options) as unknown
      },
    )
  }
}

/** Computes at a site. If errors are collected, one about the server's own values becomes an empty text. */
function collected<T>(
  { errors }: Run,
  site: Site,
  server: Server | undefined,
  compute: () => T,
): T | '' {
  try {
    return compute()
  } catch (error) {
    if (!errors || !server || !site.readsOwn || !(error instanceof RenderError)) throw error
    if (!errors.has(server)) errors.set(server, error)
    return ''
  }
}

function printed(value: unknown, { place, name, context }: Site): string {
  if (value !== undefined) return printedValue(value, context, place)
  throw new RenderError('unknown-name', `The model has no ${name} here`, { place })
}

function listed(value: unknown, { place }: Site): object {
  if (typeof value === 'object' && value !== null) return value
  const facts = { place, got: shownValue(value), expected: 'a list' }
  throw new RenderError('unknown-name', 'each has nothing to go through', facts)
}

function serverOf(item: unknown): Server | undefined {
  return isServer(item) ? item : serverOfView(item)
}

/** Adds to a helper's error where the helper stands. */
function placed(compute: () => unknown, { place, name }: Site): unknown {
  try {
    return compute()
  } catch (cause) {
    if (!(cause instanceof RenderError)) throw cause
    const { code, got, expected } = cause
    throw new RenderError(code, `${name} cannot use its parameter`, { place, got, expected, cause })
  }
}
