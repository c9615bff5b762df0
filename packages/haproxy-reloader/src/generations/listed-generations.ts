import { ReloadError } from '../reload-error.js'
import type { Generation, ListedGeneration } from './generation.js'
import type { GenerationFolder } from './generation-folder.js'
import { GenerationReader } from './read-generations.js'

/** The generations of a folder, without their configurations. A difference is computed when it is asked for. */
export class ListedGenerations {
  readonly #folder: GenerationFolder
  /** Generations that were written or read once; a file never changes. */
  readonly #known = new Map<number, ListedGeneration & Partial<Pick<Generation, 'diff'>>>()
  #error: string | undefined

  constructor(folder: GenerationFolder) {
    this.#folder = folder
  }

  /** The error of the last read of the folder, or of a broken generation, in words. */
  get error(): string | undefined {
    return this.#error
  }

  /** Notes that the folder cannot be read, or can be read again. */
  report(error: string | undefined): void {
    this.#error = error
  }

  /** Adds a generation that was written. */
  add(generation: ListedGeneration): void {
    this.#known.set(generation.number, generation)
  }

  /** Returns all, the oldest first, without broken ones; those that were never read are read. */
  async all(): Promise<readonly ListedGeneration[]> {
    const numbers = await this.#present()
    const reader = new GenerationReader(this.#folder)
    for (const number of numbers) if (!this.#known.has(number)) await this.#load(number, reader)
    return numbers.flatMap(number => this.#known.get(number) ?? [])
  }

  /** Returns all with their differences. */
  async withDifferences(): Promise<readonly Generation[]> {
    const numbers = await this.#present()
    const reader = new GenerationReader(this.#folder)
    const generations: Generation[] = []
    for (const number of numbers) {
      const known = this.#known.get(number)
      const diff = known?.diff ?? (await this.#load(number, reader))
      const { diff: _, ...listed } = this.#known.get(number) ?? {}
      if (diff !== undefined && 'number' in listed) generations.push({ ...listed, diff })
    }
    return generations
  }

  /** Returns the numbers in the folder. Forgets the needs of the others if one was removed by hand. */
  async #present(): Promise<readonly number[]> {
    const numbers = await this.#folder.numbers()
    this.#error = undefined
    const gone = [...this.#known.keys()].filter(number => !numbers.includes(number))
    if (gone.some(number => number > (numbers[0] ?? 0))) this.#known.clear()
    for (const number of gone) this.#known.delete(number)
    return numbers
  }

  /** Reads a generation, and returns its difference. A broken one sets the error, and is left out. */
  async #load(number: number, reader: GenerationReader): Promise<string | undefined> {
    try {
      const {
        text: _,
        pools: __,
        lines: ___,
        files: ____,
        ...generation
      } = await reader.read(number)
      this.#known.set(number, generation)
      return generation.diff
    } catch (error) {
      if (!(error instanceof ReloadError)) throw error
      this.#error = error.message
      this.#known.delete(number)
      return undefined
    }
  }
}
