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

/** Names of the services that s6-overlay starts at boot, from both places. */
export function userBundleOf(tree: FileTree): string[] {
  const folders = Object.values(userBundles).map(folder => `${folder}/contents.d/`)
  return [...tree.keys()].flatMap(path =>
    folders.filter(folder => path.startsWith(folder)).map(folder => path.slice(folder.length)),
  )
}

/** The text of a file that holds one value. */
export function valueOf({ files }: ServiceFolder, path: string): string | undefined {
  return files.get(path)?.content.replace(/\n+$/, '')
}

/**
 * The names in a list of a service, which is a folder of empty files, or, in
 * an older form, a file of lines.
 */
export function namesIn({ files }: ServiceFolder, list: string): string[] {
  const folder = `${list}.d/`
  const inFolder = [...files.keys()].filter(path => path.startsWith(folder) && path !== folder)
  return [
    ...inFolder.map(path => path.slice(folder.length)),
    ...(files.get(list)?.content ?? '')
      .split('\n')
      .map(line => line.replace(/^[ \t]+/, ''))
      .filter(line => line !== '' && !line.startsWith('#')),
  ]
}

/** s6-overlay brings the type of its bundles along. */
function isBundleOfUsers(name: string, layout: Layout): boolean {
  return layout === 's6-overlay' && (name === 'user' || name === 'user2')
}
