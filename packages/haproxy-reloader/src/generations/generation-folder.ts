import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { attempt, type ReloadError } from '../reload-error.js'
import { replaceFile } from '../replace-file.js'
import { brokenGeneration } from './generation.js'
import { fileOfGeneration, generationOfFile, type GenerationFile } from './generation-file.js'
import type { StoredGeneration } from './stored-generation.js'

/** A folder with one file per generation; every failure of the disk is a ReloadError `file`. */
export interface GenerationFolder {
  /** Returns the numbers of the generations that are kept, in order; none if there is no folder. */
  numbers(): Promise<number[]>
  /**
   * Reads the file of a generation.
   *
   * @throws ReloadError `broken-generation` if the file was changed.
   */
  read(number: number): Promise<GenerationFile>
  /** Returns the path of a generation's file. */
  pathOf(number: number): string
  /** Returns whether there is a file of this number, also a broken one. */
  has(number: number): boolean
  /**
   * Writes a new generation durably, and removes the oldest ones beyond the limit
   * that no kept one needs.
   *
   * @returns the checksum and the length of its file
   */
  add(generation: StoredGeneration): Promise<{ readonly sha256: string; readonly length: number }>
  /** Removes the unfinished files of a writer that was killed. */
  tidy(): Promise<void>
}

/** A configuration may hold secrets. */
const privateFile = { mode: 0o600 }

const fileName = /^(\d{8,})\.json$/
const unfinished = /^\d{8,}\.json\.(?:draft-\d+-)?\d+$/

/** Creates access to the folder at `path`; the folder itself is created by the first write. */
export function createGenerationFolder(path: string, keep: number): GenerationFolder {
  const pathOf = (number: number) => join(path, `${String(number).padStart(8, '0')}.json`)
  const names = () => attempt(`read ${path}`, () => readdir(path).catch(emptyIfAbsent))
  /** The numbers of the last look at the folder, and of what was added since. */
  let last: readonly number[] | undefined
  const all = async () => (last = numbersOf(await names()))
  const read = (number: number) => readGeneration(pathOf(number), number)
  /** The generation that each one needs; undefined for one that needs none. */
  const bases = new Map<number, number | undefined>()
  const baseOf = async (number: number) => {
    if (!bases.has(number)) bases.set(number, await neededBy(number, read))
    return bases.get(number)
  }
  const removeOld = async () => {
    const numbers = last ?? (await all())
    let oldest = numbers.at(-keep) ?? 0
    for (let base = await baseOf(oldest); base !== undefined; base = await baseOf(oldest))
      oldest = base
    for (const old of numbers.filter(number => number < oldest)) {
      // One that cannot be removed, such as a folder of its name, is listed as broken.
      await rm(pathOf(old), { force: true }).catch(() => {})
      bases.delete(old)
    }
    last = numbers.filter(number => number >= oldest)
  }
  return {
    numbers: async () => (await all()).slice(-keep),
    read,
    pathOf,
    has: number => existsSync(pathOf(number)),
    async add(generation) {
      const file = pathOf(generation.number)
      const { text, sha256 } = fileOfGeneration(generation)
      await attempt(`write ${file}`, async () => {
        try {
          await replaceFile(file, text, privateFile)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
          await mkdir(path, { recursive: true, mode: 0o700 })
          await replaceFile(file, text, privateFile)
        }
      })
      bases.set(generation.number, generation.base && generation.before.number)
      last = last && [...last, generation.number].toSorted((a, b) => a - b)
      // Old ones that stay are removed after the next generation.
      await removeOld().catch(() => {})
      return { sha256, length: text.length }
    },
    async tidy() {
      for (const name of (await names()).filter(each => unfinished.test(each))) {
        await attempt(`remove ${name}`, () => rm(join(path, name), { force: true }))
      }
    },
  }
}

function numbersOf(names: readonly string[]): number[] {
  return names
    .flatMap(name => fileName.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
}

/** Returns the older generation that a file needs. A broken file, or one that is gone, needs none. */
async function neededBy(
  number: number,
  read: (number: number) => Promise<GenerationFile>,
): Promise<number | undefined> {
  try {
    const { stored } = await read(number)
    const base = stored?.base && stored.before.number
    return base !== undefined && base < number ? base : undefined
  } catch (error) {
    const { code, cause } = error as ReloadError
    const isGone = (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
    if (code === 'broken-generation' || isGone) return undefined
    throw error
  }
}

async function readGeneration(file: string, number: number): Promise<GenerationFile> {
  const problem = await attempt(`read ${file}`, () => problemOf(file))
  if (problem !== undefined) throw brokenGeneration(file, number, problem)
  const content = await attempt(`read ${file}`, () => readFile(file, 'utf8'))
  return generationOfFile(file, number, content)
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
