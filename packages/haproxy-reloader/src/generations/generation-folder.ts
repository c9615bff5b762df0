import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { fileOfGeneration, generationOfFile, type KeptGeneration } from './generation.js'
import { attempt } from '../reload-error.js'

/** A folder with one file a generation; every failure of the disk is a ReloadError `file`. */
export interface GenerationFolder {
  /** The numbers that are there, in order; none where there is no folder. */
  numbers(): Promise<number[]>
  /** @throws ReloadError `broken-generation` where the file is not as it was written. */
  read(number: number): Promise<KeptGeneration>
  /** Writes a new generation durably, and removes the oldest beyond those to keep. */
  add(generation: KeptGeneration): Promise<void>
  /** Removes what a writer left that was killed. */
  tidy(): Promise<void>
}

const fileName = /^(\d{8,})\.json$/
const unfinished = /^\d{8,}\.json\.\d+$/

/** The folder at `path`; it is made when it is first written to. */
export function generationFolder(path: string, keep: number): GenerationFolder {
  const pathOf = (number: number) => join(path, `${String(number).padStart(8, '0')}.json`)
  const names = () => attempt(`read ${path}`, () => readdir(path).catch(noneIfAbsent))
  const numbers = async () =>
    (await names())
      .flatMap(name => fileName.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
  return {
    numbers,
    async read(number) {
      const file = pathOf(number)
      const content = await attempt(`read ${file}`, () => readFile(file, 'utf8'))
      return generationOfFile(file, number, content)
    },
    async add(generation) {
      const file = pathOf(generation.number)
      await attempt(`write ${file}`, async () => {
        // A configuration may hold secrets.
        await mkdir(path, { recursive: true, mode: 0o700 })
        await writeFileAtomic(file, fileOfGeneration(generation), { mode: 0o600 })
      })
      for (const old of (await numbers()).slice(0, -keep)) {
        await attempt(`remove ${pathOf(old)}`, () => rm(pathOf(old), { force: true }))
      }
    },
    async tidy() {
      for (const name of (await names()).filter(each => unfinished.test(each))) {
        await attempt(`remove ${name}`, () => rm(join(path, name), { force: true }))
      }
    },
  }
}

function noneIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
