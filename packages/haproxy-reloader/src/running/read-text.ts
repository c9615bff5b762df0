import { readFile } from 'node:fs/promises'
import { attempt } from '../reload-error.js'

/**
 * Returns the text of a file; undefined if there is none.
 *
 * @throws ReloadError `file`
 */
export function readText(path: string): Promise<string | undefined> {
  return attempt(`read ${path}`, async () => {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  })
}
