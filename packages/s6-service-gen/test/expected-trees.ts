import { fileURLToPath } from 'node:url'
import type { FileTree } from '../src/file-tree.js'
import { readTree } from '../src/tree/read-tree.js'

export const cases = fileURLToPath(new URL('../../test/cases/', import.meta.url))

/** The content of a folder; of the permissions only the execute bit, which is all that git keeps. */
export async function treeOf(root: string): Promise<FileTree> {
  const tree = await readTree(root)
  return new Map(
    [...tree].map(([path, file]) => [path, { ...file, mode: file.mode & 0o100 ? 0o755 : 0o644 }]),
  )
}
