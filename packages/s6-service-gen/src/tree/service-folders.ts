import type { FileTree, TreeFile } from '../file-tree.js'
import type { Layout } from '../generate/generate.js'
import { userBundles } from '../generate/overlay-layout.js'

/** One service of an existing tree: its files by their path below its folder. */
export interface ServiceFolder {
  readonly name: string
  readonly files: ReadonlyMap<string, TreeFile>
}

/** Infers the layout of a tree from its files. */
export function layoutOf(tree: FileTree): Layout {
  const paths = [...tree.keys()]
  if (paths.some(path => /^(?:s6-rc|user-bundles)\.d\//.test(path))) return 's6-overlay'
  const isSource = /^[^/]+\/(?:type|up|(?:contents|dependencies)(?:$|\.d\/))/
  return paths.some(path => isSource.test(path)) ? 's6-rc' : 's6'
}

/** The services of a tree, by name. Names that begin with a dot are none. */
export function serviceFolders(tree: FileTree, layout: Layout): readonly ServiceFolder[] {
  const root = layout === 's6-overlay' ? 's6-rc.d/' : ''
  const folders = new Map<string, Map<string, TreeFile>>()
  for (const [path, file] of tree) {
    if (!path.startsWith(root)) continue
    const [name = '', ...rest] = path.slice(root.length).split('/')
    if (rest.length === 0 || name.startsWith('.') || isBundleOfUsers(name, layout)) continue
    const files = folders.get(name) ?? new Map<string, TreeFile>()
    folders.set(name, files)
    if (rest.join('/') !== '') files.set(rest.join('/'), file)
  }
  return [...folders].map(([name, files]) => ({ name, files }))
}

/** The bundles that s6-overlay starts at boot: `user2` comes after the older kinds of services. */
const bootBundles = ['user', 'user2'] as const

/** A name in a bundle that s6-overlay starts at boot. */
export interface BootEntry {
  readonly bundle: (typeof bootBundles)[number]
  readonly name: string
}

/** The names that s6-overlay starts at boot, from both bundles in both places. */
export function bootEntriesOf(tree: FileTree): BootEntry[] {
  const places = Object.keys(userBundles)
  return bootBundles.flatMap(bundle => {
    const folders = places.map(place => `${place}/${bundle}/contents.d/`)
    const names = folders.flatMap(folder => namesBelow(tree.keys(), folder))
    return [...new Set(names)].map(name => ({ bundle, name }))
  })
}

/** The first line of a file that holds one value; s6 reads no further. */
export function valueOf({ files }: ServiceFolder, path: string): string | undefined {
  return files.get(path)?.content.split('\n', 1)[0]
}

/** The type of a service: s6-rc reads 8 bytes, and takes one newline off. */
export function typeOf({ files }: ServiceFolder): string | undefined {
  return files.get('type')?.content.slice(0, 8).replace(/\n$/, '')
}

/** Returns whether a service has a folder of this name. */
export function hasFolder({ files }: ServiceFolder, path: string): boolean {
  return [...files.keys()].some(each => each.startsWith(`${path}/`))
}

/** Lists of s6-rc that may be a folder, which then counts instead of the file. */
const folderLists: readonly string[] = ['contents', 'dependencies']

/**
 * The names in a list of a service, each once, as s6-rc reads it: a folder
 * whose entries are the names, without those that begin with a dot; or a file
 * of lines, without blanks at their beginning, empty lines and comments.
 */
export function namesIn(service: ServiceFolder, list: string): string[] {
  if (folderLists.includes(list) && hasFolder(service, `${list}.d`)) {
    return namesBelow(service.files.keys(), `${list}.d/`)
  }
  const lines = (service.files.get(list)?.content ?? '').split('\n')
  const names = lines
    .map(line => line.replace(/^[ \t]+/, ''))
    .filter(line => line !== '' && !line.startsWith('#'))
  return [...new Set(names)]
}

/**
 * The name of the pipeline that ends with this service. s6-rc ignores it
 * anywhere else than at a last consumer.
 */
export function pipelineNameOf(service: ServiceFolder): string | undefined {
  return isLastConsumer(service) ? namesIn(service, 'pipeline-name')[0] : undefined
}

/** Returns whether s6-rc takes a service for the end of a pipeline. */
export function isLastConsumer(service: ServiceFolder): boolean {
  const isConsumer = namesIn(service, 'consumer-for').length > 0
  return typeOf(service) === 'longrun' && isConsumer && !service.files.has('producer-for')
}

/** Entries of a folder, without those that begin with a dot, as s6-rc reads its folders. */
function namesBelow(paths: Iterable<string>, folder: string): string[] {
  const names = [...paths]
    .filter(path => path.startsWith(folder))
    .map(path => path.slice(folder.length).split('/', 1)[0] ?? '')
  return [...new Set(names)].filter(name => name !== '' && !name.startsWith('.'))
}

/** s6-overlay brings the type of its bundles along. */
function isBundleOfUsers(name: string, layout: Layout): boolean {
  return layout === 's6-overlay' && bootBundles.some(bundle => bundle === name)
}
