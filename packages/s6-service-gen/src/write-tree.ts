import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { FileTree } from './file-tree.js'
import { ServiceError } from './service-error.js'

/**
 * Writes a tree to `root`. It is put together beside `root` and then takes its
 * place, so that nobody sees half of it and no file of an older tree is left.
 * Do not replace a tree that a supervisor is running on.
 *
 * @throws ServiceError `file`.
 */
export async function writeTree(root: string, tree: FileTree): Promise<void> {
  const target = resolve(root)
  try {
    await refuseForeignFolder(target)
    await mkdir(dirname(target), { recursive: true })
    const beside = await mkdtemp(join(dirname(target), `.${basename(target)}-`))
    try {
      await chmod(beside, 0o755)
      for (const [path, { content, mode }] of tree) {
        const file = join(beside, path)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, content)
        // Not left to the umask: a run script that cannot be executed is no service.
        await chmod(file, mode)
      }
      await rm(target, { recursive: true, force: true })
      await rename(beside, target)
    } finally {
      await rm(beside, { recursive: true, force: true })
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ServiceError('file', `Cannot write the tree ${target}: ${reason}`, { cause })
  }
}

/** What is there is replaced, so it has to be a tree of ours. */
async function refuseForeignFolder(target: string): Promise<void> {
  const entries = await readdir(target).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (entries.length === 0 || entries.includes('.s6-svscan')) return
  throw new Error(
    'found a folder that is no service tree, wanted one, or none; choose another place',
  )
}
