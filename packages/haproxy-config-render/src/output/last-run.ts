import { isDeepStrictEqual } from 'node:util'
import type { Layout } from './assemble-output.js'
import { changedPools, poolsWithOtherServers } from './changed-pools.js'
import { poolsByName, type Pool, type ProxyModel } from '../model/proxy-model.js'
import type { Quarantined } from '../model/quarantined.js'
import { lazyRendered, type Rendered } from './rendered.js'
import type { ServerText } from './server-text.js'
import { renderedPools, type RenderedPools } from './rendered-pools.js'

/** The outcome of one run of a template. */
export interface TemplateRun {
  /** The model that it printed: without the servers that cannot be printed. */
  readonly model: ProxyModel
  readonly layout: Layout
  /** Pools whose servers the template read in other ways than `{{servers pool}}`. */
  readonly readPools: ReadonlySet<string>
  readonly quarantined: readonly Quarantined[]
}

/**
 * The last run of a template. A model that differs from the printed one only in
 * servers that `{{servers pool}}` wrote is rendered from that run.
 */
export class LastRun {
  #run: TemplateRun | undefined
  #pools: RenderedPools = new Map()
  #frame: object = {}
  #serverTexts = new Map<object, ServerText>()
  #unprintedPools: readonly string[] = []

  /** Returns the rendering of a model; undefined if the template has to run. */
  render(model: ProxyModel): Rendered | undefined {
    const run = this.#run
    if (!run || !isLaidOut(run, model)) return undefined
    return this.#rendered({ ...run, model })
  }

  /** Keeps a new run, and returns its rendering. A run that printed the same has the same frame. */
  keep(run: TemplateRun): Rendered {
    const before = this.#run
    if (before && isSameRun(before, run)) return this.#rendered({ ...run, layout: before.layout })
    this.#frame = Object.freeze({})
    this.#serverTexts = new Map()
    this.#unprintedPools = unprintedPools(run)
    return this.#rendered(run)
  }

  #rendered(run: TemplateRun): Rendered {
    this.#run = run
    const { layout, model, quarantined } = run
    this.#pools = renderedPools(layout, model.pools, this.#pools)
    return lazyRendered(
      { layout, pools: model.pools, earlier: this.#serverTexts },
      {
        pools: [...this.#pools.values()].map(({ rendered }) => rendered),
        unprintedPools: this.#unprintedPools,
        quarantined,
        frame: this.#frame,
      },
    )
  }
}

/** Returns whether another run printed the same lines, but for servers of `{{servers pool}}`. */
function isSameRun(before: TemplateRun, run: TemplateRun): boolean {
  const changed = poolsWithOtherServers(before.model.pools, run.model.pools)
  if (!changed || !isDeepStrictEqual(before.layout, run.layout)) return false
  return (
    isDeepStrictEqual(before.readPools, run.readPools) &&
    before.quarantined.length + run.quarantined.length === 0 &&
    changed.every(pool => isInPlace(before, pool))
  )
}

/** Returns the pools whose servers the template neither read nor wrote. */
function unprintedPools({ layout, model, readPools }: TemplateRun): readonly string[] {
  const printed = layout.flatMap(part => (part.kind === 'servers' ? part.pool : []))
  const read = new Set([...readPools, ...printed])
  return model.pools.flatMap(({ name }) => (read.has(name) ? [] : name))
}

/** Returns whether the layout of a run is also that of another model. */
function isLaidOut(run: TemplateRun, model: ProxyModel): boolean {
  // Servers that were left out may be printable now.
  if (run.quarantined.length > 0) return false
  const changed = changedPools(run.model, model)
  return changed?.every(pool => !run.readPools.has(pool.name) && isInPlace(run, pool)) ?? false
}

/** Returns whether the server lines of a changed pool are where those of a run were, and nowhere else. */
function isInPlace({ layout, model }: TemplateRun, { name, servers }: Pool): boolean {
  // Server lines in another section cannot be changed without a reload.
  const isElsewhere = layout.some(
    part => part.kind === 'servers' && !part.isManaged && part.pool === name,
  )
  // Without servers the line of `{{servers pool}}` is left out.
  const hadServers = (poolsByName(model).get(name)?.servers ?? []).length > 0
  return !isElsewhere && servers.length > 0 === hadServers
}
