import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  brokenGeneration,
  fileOfGeneration,
  generationOfFile,
  type KeptGeneration,
} from './generation.js'
import { attempt } from '../reload-error.js'
import { replaceFile } from '../replace-file.js'

/** A folder with one file per generation; every failure of the disk is a ReloadError `file`. */
export interface GenerationFolder {
  /** Returns the numbers of the generations, in order; none if there is no folder. */
  numbers(): Promise<number[]>
  /**
   * Reads a generation.
   *
   * @throws ReloadError `broken-generation` if the file was changed.
   */
  read(number: number): Promise<KeptGeneration>
  /** Writes a new generation durably, and removes the oldest ones beyond the limit. */
  add(generation: KeptGeneration): Promise<void>
  /** Removes the unfinished files of a writer that was killed. */
  tidy(): Promise<void>
}

const fileName = /^(\d{8,})\.json$/
const unfinished = /^\d{8,}\.json\.(?:draft-\d+-)?\d+$/

/** Creates access to the folder at `path`; the folder itself is created by the first write. */
export function createGenerationFolder(path: string, keep: number): GenerationFolder {
  const pathOf = (number: number) => join(path, `${String(number).padStart(8, '0')}.json`)
  const names = () => attempt(`read ${path}`, () => readdir(path).catch(emptyIfAbsent))
  const numbers = async () =>
    (await names())
      .flatMap(name => fileName.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
  return {
    numbers,
    async read(number) {
      const file = pathOf(number)
      const problem = await attempt(`read ${file}`, () => problemOf(file))
      if (problem !== undefined) throw brokenGeneration(file, number, problem)
      const content = await attempt(`read ${file}`, () => readFile(file, 'utf8'))
      return generationOfFile(file, number, content)
    },
    async add(generation) {
      const file = pathOf(generation.number)
      await attempt(`write ${file}`, async () => {
        // A configuration may hold secrets.
        await mkdir(path, { recursive: true, mode: 0o700 })
        await replaceFile(file, fileOfGeneration(generation), { mode: 0o600 })
      })
      for (const old of (await numbers()).slice(0, -keep)) {
        // One that cannot be removed, such as a folder of its name, is listed as broken.
        await rm(pathOf(old), { force: true }).catch(() => {})
      }
    },
    async tidy() {
      for (const name of (await names()).filter(each => unfinished.test(each))) {
        await attempt(`remove ${name}`, () => rm(join(path, name), { force: true }))
      }
    },
  }
}

/** A generation is far smaller; reading a larger file would take memory for nothing. */
const mostBytes = 64 * 1024 * 1024

/** Returns why a file is no generation of this user, before it is read; undefined if it may be one. */
async function problemOf(file: string): Promise<string | undefined> {
  const found = await lstat(file)
  if (!found.isFile()) return 'is no file'
  if (found.uid !== 0 && found.uid !== process.getuid?.()) return `belongs to user ${found.uid}`
  return found.size > mostBytes ? `has ${found.size} bytes, more than ${mostBytes}` : undefined
}

function emptyIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
