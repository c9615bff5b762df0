import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileTree, TreeFile } from '../file-tree.js'
import { ServiceError } from '../service-error.js'

/** Paths that s6-supervise and s6-svscan create in a running tree. */
const runtime = /(?:^|\/)(?:supervise|event)$|^\.s6-svscan\/(?:control|lock)$/

/**
 * Reads a tree from `root` and follows links, as s6 does. Files that s6 creates
 * in a running tree are left out, and so is everything but files and folders.
 *
 * @throws ServiceError `file`, or the signal's reason when it is aborted
 */
export async function readTree(
  root: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<FileTree> {
  const files: [string, TreeFile][] = []
  const visit = async (path: string, above: readonly string[]): Promise<void> => {
    signal?.throwIfAborted()
    const folder = join(root, path)
    const real = await realpath(folder)
    if (above.includes(real)) throw new Error(`${path} is a link to a folder that it is in`)
    const names = await readdir(folder)
    if (names.length === 0 && path !== '') files.push([`${path}/`, { content: '', mode: 0o755 }])
    for (const name of names) {
      const entry = path === '' ? name : `${path}/${name}`
      if (runtime.test(entry)) continue
      const state = await stat(join(root, entry))
      if (state.isDirectory()) await visit(entry, [...above, real])
      if (!state.isFile()) continue
      files.push([entry, fileOf(await readFile(join(root, entry)), state.mode & 0o777)])
    }
  }
  try {
    await visit('', [])
  } catch (cause) {
    signal?.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ServiceError('file', `Cannot read the tree ${root}: ${reason}`, { cause })
  }
  return new Map(files.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A file of these bytes; they are kept where they are no text. */
function fileOf(bytes: Buffer, mode: number): TreeFile {
  const content = bytes.toString('utf8')
  return Buffer.from(content).equals(bytes) ? { content, mode } : { content, bytes, mode }
}
