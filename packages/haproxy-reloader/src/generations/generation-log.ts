import type { DesiredState } from '../plan/desired-state.js'
import type { Pace } from '../pace.js'
import { PacedTask } from '../paced-task.js'
import { ReloadError } from '../reload-error.js'
import type { Generation, KeptGeneration, ListedGeneration } from './generation.js'
import { createGenerationFolder, type GenerationFolder } from './generation-folder.js'
import { ListedGenerations } from './listed-generations.js'
import { GenerationReader } from './read-generations.js'
import { isSameConfiguration } from './same-configuration.js'
import { extendedChain, storedGeneration, type GenerationBefore } from './stored-generation.js'
import { keptUnwritten, type UnwrittenGeneration } from './unwritten-generation.js'

/** The generation before the first one. */
const nothing: GenerationBefore = { number: 0, state: { text: '', pools: [] } }

/** The pace of the writes: at most a twentieth of the time, and at most a second after the first change. */
const writePace: Pace = { factor: 20, floorMs: 0, boundMs: 1000 }

/**
 * Numbers the applied configurations and keeps the last ones. It writes in the
 * background: no change waits for the disk or fails with it. A generation that
 * could not be written stays in memory and is retried with the next one.
 */
export class GenerationLog {
  readonly #folder: GenerationFolder | undefined
  readonly #listed: ListedGenerations | undefined
  readonly #keep: number
  readonly #opened: Promise<void>
  readonly #writes = new PacedTask(() => this.#writeAll(), writePace)
  /** The generation that HAProxy runs. */
  #current = nothing
  /** The generation that is on disk. */
  #written = nothing
  #unwritten: readonly UnwrittenGeneration[] = []
  /** Set once the numbers in the folder are known. */
  #hasRead = false
  /** The error of the last write; undefined when everything is written. */
  #writeError: string | undefined

  constructor(options: { readonly folder: string; readonly keep?: number } | undefined) {
    this.#keep = options?.keep ?? 20
    if (!Number.isInteger(this.#keep) || this.#keep < 1)
      throw new RangeError(
        `Invalid generations.keep: expected an integer from 1, got ${this.#keep}`,
      )
    this.#folder = options && createGenerationFolder(options.folder, this.#keep)
    this.#listed = this.#folder && new ListedGenerations(this.#folder)
    this.#opened = this.#open()
  }

  /** Resolves when the last number is known, or when the disk has refused. */
  opened(): Promise<void> {
    return this.#opened
  }

  /** The number of the last generation; 0 if there is none. */
  get number(): number {
    return this.#current.number
  }

  /** The present error of the folder, in words; undefined if there is none. `list` looks again. */
  get error(): string | undefined {
    return this.#writeError ?? this.#listed?.error
  }

  /**
   * Records the configuration that HAProxy runs now.
   *
   * @returns its number; that of the last generation if the text is the same
   */
  note(desired: DesiredState, how: Omit<Generation, 'number' | 'diff'>): number {
    const before = this.#current
    const isSame = before.number > 0 && isSameConfiguration(before.state, desired)
    const number = isSame ? before.number : before.number + 1
    this.#current = { number, state: desired }
    // The state that was read at the start is not needed any more.
    if (isSame && this.#written.state === before.state && !this.#written.chain)
      this.#written = { ...this.#written, state: desired }
    if (!isSame && this.#folder) {
      const next = { record: { number, ...how }, desired }
      this.#unwritten = [...this.#unwritten, next].slice(-this.#keep)
      this.#writes.request()
    }
    return number
  }

  /** Resolves when everything is written, or when the disk has refused. */
  async written(): Promise<void> {
    if (this.#unwritten.length > 0) this.#writes.request()
    await this.#writes.flush()
  }

  /** Returns the kept generations, the oldest first, without broken ones. */
  async list(): Promise<readonly Generation[]> {
    const onDisk = await this.#afterWrites(listed => listed.withDifferences())
    const unwritten = keptUnwritten(this.#unwritten, this.#written).map(kept => {
      const { text: _, pools: __, lines: ___, files: ____, ...rest } = kept
      return rest
    })
    return [...(onDisk ?? []), ...unwritten]
  }

  /**
   * Writes the waiting generations, and looks for broken files; see {@link error}.
   *
   * @returns what {@link list} does, without the differences, which take time
   */
  async check(): Promise<readonly ListedGeneration[]> {
    const onDisk = await this.#afterWrites(listed => listed.all())
    return [...(onDisk ?? []), ...this.#unwritten.map(({ record }) => record)]
  }

  /**
   * Reads a generation.
   *
   * @throws ReloadError `unknown-generation` or `broken-generation`
   */
  async read(number: number): Promise<KeptGeneration> {
    await this.written()
    const unwritten = keptUnwritten(this.#unwritten, this.#written).find(
      each => each.number === number,
    )
    if (unwritten) return unwritten
    const numbers = (await this.#folder?.numbers()) ?? []
    if (this.#folder && numbers.includes(number))
      return new GenerationReader(this.#folder).read(number)
    throw new ReloadError(
      'unknown-generation',
      `There is no generation ${number}; ${numbers.length === 0 ? 'none is kept' : `kept are ${numbers.join(', ')}`}`,
    )
  }

  async #open(): Promise<void> {
    try {
      const last = (await this.#folder?.numbers())?.at(-1)
      this.#hasRead = true
      if (!this.#folder || last === undefined) return
      this.#begin({ ...nothing, number: last })
      const state = await new GenerationReader(this.#folder).read(last)
      this.#begin({ number: last, state })
      await this.#folder.tidy()
    } catch (error) {
      this.#listed?.report((error as Error).message)
    }
  }

  #begin(last: GenerationBefore): void {
    this.#current = last
    this.#written = last
  }

  /** Writes the waiting generations, and reads from the folder. After a broken file the next one is whole. */
  async #afterWrites<T>(read: (listed: ListedGenerations) => Promise<T>): Promise<T | undefined> {
    await this.written()
    if (this.#unwritten.length === 0) this.#writeError = undefined
    const found = this.#listed && (await read(this.#listed))
    if (this.#listed?.error !== undefined) this.#written = { ...this.#written, chain: undefined }
    return found
  }

  async #writeAll(): Promise<void> {
    for (let next = this.#unwritten[0]; next && this.#folder; next = this.#unwritten[0]) {
      try {
        await this.#writeOne(this.#folder, next)
      } catch (error) {
        this.#writeError = (error as Error).message
        return
      }
    }
  }

  async #writeOne(folder: GenerationFolder, next: UnwrittenGeneration): Promise<void> {
    const { record, desired } = next
    const { number } = record
    // After the folder was read once, only a file of this number can be in the way.
    const isNext = this.#hasRead && !folder.has(number)
    const last = isNext ? number - 1 : ((await folder.numbers()).at(-1) ?? 0)
    this.#hasRead = true
    const isNew = number > last
    if (isNew) {
      const stored = storedGeneration(record, desired, this.#written)
      const chain = extendedChain(this.#written.chain, stored, await folder.add(stored))
      this.#written = { number, state: desired, chain }
      this.#listed?.add(record)
    } else {
      // The folder could not be read before: its generations stay, and the numbers continue after them.
      this.#written = { number: last, state: desired }
      this.#current = { ...this.#current, number: Math.max(this.#current.number, last) }
    }
    // The folder is readable; the next list finds what is broken.
    this.#listed?.report(undefined)
    this.#writeError = isNew
      ? undefined
      : `Generation ${number} is not kept: the folder has one of this number already`
    this.#unwritten = this.#unwritten.filter(each => each !== next)
  }
}
