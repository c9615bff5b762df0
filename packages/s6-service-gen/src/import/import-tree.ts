import type { FileTree } from '../file-tree.js'
import type { Layout } from '../generate/generate.js'
import { leftOut, type Imported } from './import-longrun.js'
import { readPlain, readSource } from './read-services.js'
import { isOwn } from './read-run.js'
import { keepValid } from './keep-valid.js'
import type { Services } from '../description/service-description.js'
import { layoutOf, serviceFolders, type ServiceFolder } from '../tree/service-folders.js'

/**
 * Reads an existing tree back into a description. A tree of `generate` comes
 * back as it was described, except for bundles in the layout `s6`, which are
 * replaced by their services there. Other scripts are taken as a whole. What a
 * description cannot say is left out with a note, and the rest is kept.
 *
 * @param layout - the kind of tree; inferred from its files by default
 *
 * @example
 * ```ts
 * import { generate, importTree } from 's6-service-gen'
 *
 * const services = { web: { run: 'exec my-web-server' } }
 * const { services: read, notes } = importTree(generate(services, { layout: 's6-rc' }))
 * Object.keys(read) // => ['web']
 * notes // => []
 * ```
 */
export function importTree(
  tree: FileTree,
  { layout = layoutOf(tree) }: { layout?: Layout } = {},
): Imported<Services> {
  const texts = serviceFolders(tree, layout).map(withoutBytes)
  const folders = texts.map(({ services }) => services)
  const read = layout === 's6' ? folders.map(readPlain) : readSource(folders, layout)
  const drafts = read.map(({ services }) => services)
  const { services, notes } = keepValid(drafts.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return {
    services,
    notes: [...[...texts, ...read].flatMap(each => each.notes), ...notes, ...handlers(tree)],
  }
}

/** Takes out what is no text; only files in `data/` and `env/` may be that in a description. */
function withoutBytes({ name, files }: ServiceFolder): Imported<ServiceFolder> {
  const lost = [...files].filter(
    ([path, { bytes }]) => bytes && (!/^(?:data|env)\//.test(path) || isScript(path, files)),
  )
  const paths = new Set(lost.map(([path]) => path))
  const kept = [...files].filter(([path]) => !paths.has(path))
  const notes = [...paths].map(
    path => `service ${name}, ${path}: expected UTF-8, got other bytes; it is left out`,
  )
  return { services: { name, files: new Map(kept) }, notes }
}

/** Returns whether a file becomes the text of a field. */
function isScript(path: string, files: ServiceFolder['files']): boolean {
  return isOwn(files.get('run')?.content) && /^data\/(?:run|finish|check|up|down)$/.test(path)
}

/** The scan directory's scripts that a description has no place for. */
function handlers(tree: FileTree): string[] {
  return [...tree]
    .filter(([path, { content }]) => /^\.s6-svscan\/[^.]/.test(path) && !isOwn(content))
    .map(([path]) => leftOut('.s6-svscan', path.slice('.s6-svscan/'.length)))
}
