// The packages as they are published: package.json with the address of the
// repository, the licence, and a README whose links work on any page.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { branch } from './release/preconditions.js'
import { repository } from './setup.js'

/**
 * Writes each package, as it is published, to a folder of its own below `folder`.
 *
 * @param address - where the repository is, as `repository.url` of a package.json;
 *   by default that of the root's
 * @param tree - the working tree whose sources and texts are staged, with what
 *   is built in this repository
 * @param names - the folders of the packages; by default all
 * @returns the folders, in the order of their names
 * @throws Error if a file that a package consists of is missing
 */
export function stagePackages(
  folder,
  {
    address = readJson('package.json').repository.url,
    tree = repository,
    names = readdirSync(join(tree, 'packages')).toSorted(),
  } = {},
) {
  return names.map(name => {
    const place = join(folder, name)
    mkdirSync(place, { recursive: true })
    stage(posix.join('packages', name), { place, address, tree })
    return place
  })
}

/** Writes one package, whose folder is `directory` in the repository. */
function stage(directory, { place, address, tree }) {
  const manifest = JSON.parse(readFileSync(join(tree, directory, 'package.json'), 'utf8'))
  for (const path of manifest.files) {
    const from = path.startsWith('dist/') ? repository : tree
    copy(join(from, directory, path), join(place, path))
  }
  copy(join(tree, 'LICENSE'), join(place, 'LICENSE'))
  for (const file of ['README.md', 'CHANGELOG.md']) {
    const text = readFileSync(join(tree, directory, file), 'utf8')
    writeFileSync(join(place, file), withWholeLinks(text, { directory, address }))
  }
  const published = publishedManifest(manifest, { directory, address })
  writeFileSync(join(place, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`)
}

function copy(from, to) {
  if (!existsSync(from)) throw new Error(`${from} is missing: run npm run build`)
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true, preserveTimestamps: true })
}

/** Returns the package.json with its addresses, and without what only the repository needs. */
export function publishedManifest(manifest, { directory, address }) {
  const { scripts: _, devDependencies: __, ...kept } = manifest
  const page = pageOf(address)
  return {
    ...kept,
    // npm adds README, LICENSE and package.json, and no change log.
    files: [...manifest.files, 'CHANGELOG.md'],
    author: readJson('package.json').author,
    homepage: `${page}/tree/${branch}/${directory}#readme`,
    bugs: `${page}/issues`,
    repository: { type: 'git', url: address, directory },
    publishConfig: { access: 'public', provenance: true },
  }
}

/** Returns a Markdown text whose relative links lead to the repository's page. */
export function withWholeLinks(text, { directory, address }) {
  return text.replaceAll(
    /(!?)\[([^\]]*)\]\((?![a-z]+:|#|\/)([^)\s]+)\)/g,
    (_, image, label, target) => {
      const kind = image ? 'raw' : 'blob'
      const path = posix.normalize(posix.join(directory, target))
      if (path.startsWith('..'))
        throw new Error(`${directory}: the link ${target} leaves the repository`)
      return `${image}[${label}](${pageOf(address)}/${kind}/${branch}/${path})`
    },
  )
}

/** Returns the address that a browser shows for a repository. */
function pageOf(address) {
  return address.replace(/^git\+/, '').replace(/\.git$/, '')
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(repository, ...path), 'utf8'))
}
