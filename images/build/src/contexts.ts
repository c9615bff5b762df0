import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { generate, loadDescription, writeTree } from 's6-service-gen'
import { containerServices } from './container-services.js'
import { images } from './image-names.js'
import { copyPublished, stageProduction } from './production-files.js'

/** The workspaces with programs for every container. */
const inBase = ['serf-haproxy', 'lab-node']

/**
 * Prepares one build context for each image below `folder`, which is empty, with
 * everything but Debian's packages.
 */
export async function stageContexts(
  repository: string,
  folder: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  for (const image of images) {
    const source = join(repository, 'images', image)
    const context = join(folder, image)
    await mkdir(context, { recursive: true })
    await cp(join(source, 'Dockerfile'), join(context, 'Dockerfile'))
  }
  await cp(join(repository, 'images/base/rootfs'), join(folder, 'base/rootfs'), { recursive: true })
  await stageProduction(repository, join(folder, 'base/serf-haproxy'), inBase, options)
  await copyPublished(join(repository, 'images'), folder, 'webapp')
  for (const image of ['ha', 'webapp'] as const) {
    const description = await loadDescription(join(repository, 'images', image, 'services.yaml'))
    const tree = generate(containerServices(description), { layout: 's6' })
    await writeTree(join(folder, image, 'services'), tree)
  }
}

/** A hash of all files below the repository's folders that an image may be made of. */
export async function sourcesHash(repository: string): Promise<string> {
  const hash = createHash('sha256')
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(repository, path), { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = join(path, entry.name)
      if (['node_modules', 'test', 'bench', '.tap'].includes(entry.name)) continue
      if (entry.isDirectory()) await visit(below)
      else if (entry.isFile() && !/\.(?:md|map|d\.ts|tsbuildinfo)$/.test(entry.name)) {
        hash.update(`${below}\0`).update(await readFile(join(repository, below)))
      }
    }
  }
  hash.update(await readFile(join(repository, 'package-lock.json')))
  await visit('images')
  await visit('packages')
  return hash.digest('hex')
}
