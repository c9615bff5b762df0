import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { CheckedFile } from './checked-file.js'

/** Copies of files, for the time of a check. */
export interface FileCopies extends AsyncDisposable {
  /** Names the copies in a text. */
  inText(text: string): string
  /** Names the copies among HAProxy's files. */
  inFiles(files: readonly string[], cwd: string): readonly string[]
  /** Names the files again, in what HAProxy reports. */
  inReport(report: string): string
}

/**
 * Writes copies of the files that the disk has with another content.
 *
 * @param folder - the folder of relative paths
 */
export async function writeCopies(
  files: readonly CheckedFile[],
  folder: string,
): Promise<FileCopies> {
  const copies = new Map<string, string>()
  let place: string | undefined
  const remove = async () => {
    if (place !== undefined) await rm(place, { recursive: true, force: true })
  }
  try {
    for (const { path, text } of files) {
      if ((await readIfPresent(resolve(folder, path))) === text) continue
      place ??= await mkdtemp(join(tmpdir(), 'haproxy-config-text-'))
      // Each has its own name, by which HAProxy may know its kind.
      const own = join(place, String(copies.size))
      await mkdir(own)
      const copy = join(own, basename(path))
      await writeFile(copy, text, { mode: 0o600 })
      copies.set(path, copy)
    }
  } catch (error) {
    await remove()
    throw error
  }
  const places = new Map([...copies].map(([path, copy]) => [resolve(folder, path), copy]))
  return {
    inText: text => [...copies].reduce((named, [path, copy]) => renamed(named, path, copy), text),
    inFiles: (names, cwd) => names.map(name => places.get(resolve(cwd, name)) ?? name),
    inReport: report =>
      [...copies].reduce((named, [path, copy]) => named.replaceAll(copy, path), report),
    [Symbol.asyncDispose]: remove,
  }
}

/** Replaces a path where it is a whole one, and no part of a longer path. */
function renamed(text: string, path: string, copy: string): string {
  const whole = new RegExp(`(?<![\\w./-])${path.replace(/[^\w/]/g, '\\$&')}(?![\\w./-])`, 'g')
  return text.replace(whole, () => copy)
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}
