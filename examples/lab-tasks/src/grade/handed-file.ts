import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabError } from 'serf-haproxy-lab'

/** One file of a hand-in. */
export interface HandedFile {
  /** Path from the folder that was handed in, with slashes. */
  readonly path: string
  readonly name: string
  /** Number of the task whose folder it is in; undefined where no folder names one. */
  readonly task: number | undefined
  readonly bytes: Uint8Array
  /** Its text, without the colours of a terminal. */
  readonly text: string
}

/** Bytes of the largest file that is read; evidence of the lab is far smaller. */
const largest = 16 * 1024 * 1024
const mostFiles = 5000

/**
 * Reads all files of a hand-in, in the order of their paths.
 *
 * @throws LabError if the folder cannot be read, is empty, or holds more than logs
 */
export async function readHandIn(folder: string): Promise<HandedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new LabError(`${folder} cannot be read: ${error.message}; name the folder of logs`)
    },
  )
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted()
  if (paths.length === 0) throw new LabError(`${folder} holds no file; name the folder of logs`)
  if (paths.length > mostFiles) {
    throw new LabError(
      `${folder} holds ${paths.length} files, expected ${mostFiles} at most; name the folder of logs`,
    )
  }
  const files: HandedFile[] = []
  for (const place of paths) {
    const path = place.slice(join(folder, '/').length)
    const { size } = await stat(place)
    const bytes = size > largest ? new Uint8Array() : await readFile(place)
    files.push(handedFile(path, bytes))
  }
  return files
}

/** Returns a file with its task and its text. */
export function handedFile(path: string, bytes: Uint8Array): HandedFile {
  const folders = path.split('/').slice(0, -1)
  const task = folders.map(taskOf).find(number => number !== undefined)
  const text = new TextDecoder()
    .decode(bytes)
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/\u001B\[[0-9;]*m/g, '')
    .replaceAll('\r\n', '\n')
  return { path, name: basename(path), task, bytes, text }
}

/** Returns the task that a folder is named after, as in `task-3`, `Task 3`, `tache_3` or `3`. */
function taskOf(folder: string): number | undefined {
  const [, digit] = /^(?:(?:task|tache|tâche)[ _.-]*)?([0-6])$/i.exec(folder) ?? []
  return digit === undefined ? undefined : Number(digit)
}
