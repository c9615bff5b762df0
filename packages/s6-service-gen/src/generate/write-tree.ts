import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { FileTree } from '../file-tree.js'
import { ServiceError } from '../service-error.js'

/**
 * Writes a tree to `root`. It is put together beside `root`; then what is there
 * is moved aside and the new tree into its place, so that no reader sees half
 * of it, no file of an older tree is left, and a failure leaves the older tree.
 * Do not replace a tree that a supervisor is running on.
 *
 * @throws ServiceError `file`, or the signal's reason when it is aborted
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { generate, readTree, writeTree } from 's6-service-gen'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'services-'))
 * const tree = generate({ web: { run: 'exec my-web-server' } }, { layout: 's6-rc' })
 * await writeTree(join(folder, 'source'), tree)
 * const read = await readTree(join(folder, 'source'))
 * read.get('web/type')?.content // => 'longrun\n'
 * await rm(folder, { recursive: true })
 * ```
 */
export async function writeTree(
  root: string,
  tree: FileTree,
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  const target = resolve(root)
  try {
    await refuseForeignFolder(target)
    await mkdir(dirname(target), { recursive: true })
    const beside = await mkdtemp(join(dirname(target), `.${basename(target)}-`))
    try {
      await fill(join(beside, 'new'), tree, signal)
      signal?.throwIfAborted()
      await exchange(target, join(beside, 'new'), join(beside, 'old'))
    } finally {
      await rm(beside, { recursive: true, force: true })
    }
  } catch (cause) {
    signal?.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ServiceError('file', `Cannot write the tree ${target}: ${reason}`, { cause })
  }
}

async function fill(folder: string, tree: FileTree, signal?: AbortSignal): Promise<void> {
  await mkdir(folder)
  await chmod(folder, 0o755)
  for (const [path, { content, bytes, mode }] of tree) {
    signal?.throwIfAborted()
    const file = join(folder, path)
    await mkdir(path.endsWith('/') ? file : dirname(file), { recursive: true })
    if (path.endsWith('/')) continue
    await writeFile(file, bytes ?? content)
    // Not left to the umask: a run script that cannot be executed is no service.
    await chmod(file, mode)
  }
}

/** Two renames; should the second one fail, the first is taken back. */
async function exchange(target: string, fresh: string, old: string): Promise<void> {
  const isReplaced = existsSync(target)
  if (isReplaced) await rename(target, old)
  try {
    await rename(fresh, target)
  } catch (error) {
    if (isReplaced) await rename(old, target)
    throw error
  }
}

/** An existing folder is replaced only if it is a service tree. */
async function refuseForeignFolder(target: string): Promise<void> {
  const entries = await readdir(target, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  const names = entries.map(({ name }) => name)
  const isScanDirectory = names.includes('.s6-svscan')
  // Much else may be in /etc/s6-overlay; only what is written here may be replaced.
  const isOverlay = names.every(name => name === 's6-rc.d' || name === 'user-bundles.d')
  const isSource = entries.every(
    entry => entry.isDirectory() && existsSync(join(target, entry.name, 'type')),
  )
  if (isScanDirectory || isOverlay || isSource) return
  throw new Error('expected a service tree or no folder, got another folder; choose another place')
}
