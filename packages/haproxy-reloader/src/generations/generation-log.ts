import { setImmediate as turn } from 'node:timers/promises'
import type { DesiredState } from '../plan/desired-state.js'
import type { Generation, KeptGeneration } from './generation.js'
import { createGenerationFolder, type GenerationFolder } from './generation-folder.js'
import { ReloadError } from '../reload-error.js'
import { unifiedDiff } from './unified-diff.js'

/** A generation that is not written yet; its diff is computed in the background. */
interface Unwritten {
  readonly record: Omit<Generation, 'diff'>
  readonly desired: DesiredState
  readonly before: Named
}

interface Named {
  readonly number: number
  readonly text: string
}

/**
 * Numbers the applied configurations and keeps the last ones. It writes in the
 * background: no change waits for the disk or fails with it. A generation that
 * could not be written stays in memory and is retried with the next one.
 */
export class GenerationLog {
  readonly #folder: GenerationFolder | undefined
  readonly #keep: number
  readonly #opened: Promise<void>
  /** Generations that were read once; a file never changes. */
  readonly #known = new Map<number, Generation>()
  #current: Named = { number: 0, text: '' }
  #unwritten: readonly Unwritten[] = []
  #writing: Promise<void> | undefined
  /** The error of the last write; undefined when everything is written. */
  #writeError: string | undefined
  /** The error of the last read of the folder, or of a broken generation. */
  #readError: string | undefined

  constructor(options: { readonly folder: string; readonly keep?: number } | undefined) {
    this.#keep = options?.keep ?? 20
    if (!Number.isInteger(this.#keep) || this.#keep < 1)
      throw new RangeError(
        `Invalid generations.keep: expected an integer from 1, got ${this.#keep}`,
      )
    this.#folder = options && createGenerationFolder(options.folder, this.#keep)
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
    return this.#writeError ?? this.#readError
  }

  /**
   * Records the configuration that HAProxy runs now.
   *
   * @returns its number; that of the last generation if the text is the same
   */
  note(desired: DesiredState, how: Omit<Generation, 'number' | 'diff'>): number {
    const before = this.#current
    if (before.number > 0 && before.text === desired.text) return before.number
    const number = before.number + 1
    this.#current = { number, text: desired.text }
    if (this.#folder) {
      const next = { record: { number, ...how }, desired, before }
      this.#unwritten = [...this.#unwritten, next].slice(-this.#keep)
      this.#write()
    }
    return number
  }

  /** Resolves when everything is written, or when the disk has refused. */
  async written(): Promise<void> {
    if (this.#unwritten.length > 0) this.#write()
    await this.#writing
  }

  /** Returns the kept generations, the oldest first, without broken ones. */
  async list(): Promise<readonly Generation[]> {
    await this.written()
    if (this.#unwritten.length === 0) this.#writeError = undefined
    const unwritten = this.#unwritten.map(each => withoutState(wholeOf(each)))
    const numbers = (await this.#folder?.numbers()) ?? []
    this.#readError = undefined
    for (const old of this.#known.keys()) if (!numbers.includes(old)) this.#known.delete(old)
    for (const number of numbers) {
      if (!this.#known.has(number)) await this.#load(number)
    }
    return [...numbers.flatMap(number => this.#known.get(number) ?? []), ...unwritten]
  }

  /**
   * Reads a generation.
   *
   * @throws ReloadError `unknown-generation` or `broken-generation`
   */
  async read(number: number): Promise<KeptGeneration> {
    await this.written()
    const unwritten = this.#unwritten.find(({ record }) => record.number === number)
    if (unwritten) return wholeOf(unwritten)
    const numbers = (await this.#folder?.numbers()) ?? []
    if (this.#folder && numbers.includes(number)) return this.#folder.read(number)
    throw new ReloadError(
      'unknown-generation',
      `There is no generation ${number}; ${numbers.length === 0 ? 'none is kept' : `kept are ${numbers.join(', ')}`}`,
    )
  }

  async #open(): Promise<void> {
    try {
      const last = (await this.#folder?.numbers())?.at(-1)
      if (!this.#folder || last === undefined) return
      this.#current = { number: last, text: '' }
      this.#current = { number: last, text: (await this.#folder.read(last)).text }
      await this.#folder.tidy()
    } catch (error) {
      this.#readError = (error as Error).message
    }
  }

  /** Reads a generation for the list. A broken one sets the error, and is left out. */
  async #load(number: number): Promise<void> {
    try {
      const kept = await this.#folder?.read(number)
      if (kept) this.#known.set(number, withoutState(kept))
    } catch (error) {
      if (!(error instanceof ReloadError)) throw error
      this.#readError = error.message
    }
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  async #writeAll(): Promise<void> {
    // The caller gets its outcome first.
    await turn()
    for (let next = this.#unwritten[0]; next && this.#folder; next = this.#unwritten[0]) {
      try {
        await this.#writeOne(this.#folder, next)
      } catch (error) {
        this.#writeError = (error as Error).message
        return
      }
    }
  }

  async #writeOne(folder: GenerationFolder, next: Unwritten): Promise<void> {
    const last = (await folder.numbers()).at(-1) ?? 0
    const { number } = next.record
    const isNew = number > last
    if (isNew) await folder.add(wholeOf(next))
    // The folder could not be read before: its generations stay, and the numbers continue after them.
    else this.#current = { ...this.#current, number: Math.max(this.#current.number, last) }
    // The folder is readable; the next list finds what is broken.
    this.#readError = undefined
    this.#writeError = isNew
      ? undefined
      : `Generation ${number} is not kept: the folder has one of this number already`
    this.#unwritten = this.#unwritten.filter(each => each !== next)
  }
}

function wholeOf({ record, desired: { text, pools, lines }, before }: Unwritten): KeptGeneration {
  const names = [before.number, record.number].map(number => `generation ${number}`)
  const diff = unifiedDiff(before.text, text, names as [string, string])
  return { ...record, diff, text, pools, ...(lines && { lines }) }
}

function withoutState(kept: KeptGeneration): Generation {
  const { number, at, cause, via, plan, diff, tookMs } = kept
  return { number, at, cause, via, plan, diff, tookMs }
}
