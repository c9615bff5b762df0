import { isDeepStrictEqual } from 'node:util'
import type { Frontend, ProxyModel } from '../model/proxy-model.js'
import type { Quarantined } from '../model/quarantined.js'
import type { Rendered } from './rendered.js'
import type { RenderedFile, RenderedFiles } from './rendered-file.js'
import { routeMapText } from './route-map.js'

/** A file with its own template. */
export interface OutputFile extends Pick<RenderedFile, 'path' | 'use'> {
  readonly template: { render(model: ProxyModel): Rendered }
}

interface KeptFile {
  readonly file: RenderedFile
  /** Stands for the file's text. */
  readonly key: unknown
  readonly quarantined: readonly Quarantined[]
}

/**
 * The files that HAProxy reads next to the configuration: those with templates, and the
 * maps of the frontends' routes. A file whose text does not depend on what changed costs
 * no more than finding that out.
 */
export class OutputFiles {
  readonly #outputs: readonly OutputFile[]
  #kept: ReadonlyMap<string, KeptFile> = new Map()
  #last: RenderedFiles = { files: [], quarantined: [] }

  constructor(outputs: readonly OutputFile[]) {
    this.#outputs = outputs
  }

  /** Returns the files for a model; undefined if there are none for any. */
  render(model: ProxyModel): RenderedFiles | undefined {
    const mapped = model.frontends.filter(({ routeMap }) => routeMap !== undefined)
    if (this.#outputs.length === 0 && mapped.length === 0) return undefined
    const kept = [
      ...this.#outputs.map(output => this.#output(output, model)),
      ...mapped.map(frontend => this.#routeMap(frontend)),
    ]
    this.#kept = new Map(kept.map(one => [one.file.path, one]))
    const files = kept.map(({ file }) => file)
    const quarantined = kept.flatMap(one => one.quarantined)
    this.#last = {
      files: isSame(this.#last.files, files) ? this.#last.files : files,
      quarantined: isSame(this.#last.quarantined, quarantined)
        ? this.#last.quarantined
        : quarantined,
    }
    return this.#last
  }

  #output({ path, use, template }: OutputFile, model: ProxyModel): KeptFile {
    const rendered = template.render(model)
    const { frame: key, unprintedPools } = rendered
    const before = this.#kept.get(path)
    if (before?.key === key) return before
    const unread = new Set(unprintedPools)
    const pools = model.pools.flatMap(({ name }) => (unread.has(name) ? [] : name))
    const file = { path, text: rendered.text, use, pools }
    const quarantined = rendered.quarantined.map(one => ({ ...one, pool: path }))
    return {
      file: sameData(before?.file, file),
      key,
      quarantined: sameData(before?.quarantined, quarantined),
    }
  }

  #routeMap(frontend: Frontend): KeptFile {
    const { routeMap: path = '', routes: key } = frontend
    const before = this.#kept.get(path)
    if (before?.key === key) return before
    const file = { path, text: routeMapText(frontend), use: 'map' as const, pools: [] }
    return { file: sameData(before?.file, file), key, quarantined: [] }
  }
}

/** Returns the data before if it is equal. */
function sameData<T>(before: T | undefined, after: T): T {
  return before !== undefined && isDeepStrictEqual(before, after) ? before : after
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i])
}
