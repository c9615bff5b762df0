import { setImmediate as turn } from 'node:timers/promises'
import type { DesiredState } from '../plan/desired-state.js'
import type { Generation, KeptGeneration } from './generation.js'
import { generationFolder, type GenerationFolder } from './generation-folder.js'
import { ReloadError } from '../reload-error.js'
import { unifiedDiff } from './unified-diff.js'

/** Where generations are kept, and how many. */
export interface GenerationOptions {
  /** A folder of its own; it is made where there is none. */
  readonly folder: string
  /** How many; 20 by default. */
  readonly keep?: number
}

/** A generation that is not written yet; its diff is made when nobody waits for it. */
interface Unwritten {
  readonly facts: Omit<Generation, 'diff'>
  readonly desired: DesiredState
  readonly before: Named
}

interface Named {
  readonly number: number
  readonly text: string
}

/**
 * Numbers what was applied, and keeps the last generations. Writing goes on
 * while others work: no change waits for it, and none fails where it does.
 * What could not be written stays in memory, and is tried again with the next.
 */
export class GenerationLog {
  readonly #folder: GenerationFolder | undefined
  readonly #keep: number
  readonly #opened: Promise<void>
  /** Those that were read once; a file never changes. */
  readonly #known = new Map<number, Generation>()
  #current: Named = { number: 0, text: '' }
  #unwritten: readonly Unwritten[] = []
  #writing: Promise<void> | undefined
  #fault: string | undefined

  constructor(options: GenerationOptions | undefined) {
    this.#keep = options?.keep ?? 20
    if (!Number.isInteger(this.#keep) || this.#keep < 1)
      throw new RangeError(`generations.keep is ${this.#keep}, wanted a whole number from 1`)
    this.#folder = options && generationFolder(options.folder, this.#keep)
    this.#opened = this.#open()
  }

  /** Resolves when it is known where the numbers go on, or that the disk does not tell. */
  opened(): Promise<void> {
    return this.#opened
  }

  /** The number of the last one; 0 where there is none. */
  get number(): number {
    return this.#current.number
  }

  /** What is wrong with the folder, in words; undefined where all is well. */
  get fault(): string | undefined {
    return this.#fault
  }

  /**
   * Takes down what HAProxy runs now.
   *
   * @returns its number: that of the last one where the text is the same
   */
  note(desired: DesiredState, how: Omit<Generation, 'number' | 'diff'>): number {
    const before = this.#current
    if (before.number > 0 && before.text === desired.text) return before.number
    const number = before.number + 1
    this.#current = { number, text: desired.text }
    if (this.#folder) {
      const next = { facts: { number, ...how }, desired, before }
      this.#unwritten = [...this.#unwritten, next].slice(-this.#keep)
      this.#write()
    }
    return number
  }

  /** Resolves when all is written, or the disk refused. */
  async written(): Promise<void> {
    if (this.#unwritten.length > 0) this.#write()
    await this.#writing
  }

  /** Those that are kept, the oldest first; broken ones are left out. */
  async list(): Promise<readonly Generation[]> {
    await this.written()
    const unwritten = this.#unwritten.map(each => withoutState(wholeOf(each)))
    const numbers = (await this.#folder?.numbers()) ?? []
    for (const old of this.#known.keys()) if (!numbers.includes(old)) this.#known.delete(old)
    for (const number of numbers) {
      if (!this.#known.has(number)) await this.#learn(number)
    }
    return [...numbers.flatMap(number => this.#known.get(number) ?? []), ...unwritten]
  }

  /** @throws ReloadError `unknown-generation` or `broken-generation` */
  async read(number: number): Promise<KeptGeneration> {
    await this.written()
    const unwritten = this.#unwritten.find(({ facts }) => facts.number === number)
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
      this.#fault = (error as Error).message
    }
  }

  /** Reads what a list shows of a generation; a broken one is a fault, and the others are shown. */
  async #learn(number: number): Promise<void> {
    try {
      const kept = await this.#folder?.read(number)
      if (kept) this.#known.set(number, withoutState(kept))
    } catch (error) {
      if (!(error instanceof ReloadError)) throw error
      this.#fault = error.message
    }
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  async #writeAll(): Promise<void> {
    // Whoever applied it has the outcome first.
    await turn()
    for (let next = this.#unwritten[0]; next && this.#folder; next = this.#unwritten[0]) {
      try {
        await this.#writeOne(this.#folder, next)
      } catch (error) {
        this.#fault = (error as Error).message
        return
      }
    }
  }

  async #writeOne(folder: GenerationFolder, next: Unwritten): Promise<void> {
    const last = (await folder.numbers()).at(-1) ?? 0
    const { number } = next.facts
    const isNew = number > last
    if (isNew) await folder.add(wholeOf(next))
    // The folder could not be read before: what is there stays, and the numbers go on behind it.
    else this.#current = { ...this.#current, number: Math.max(this.#current.number, last) }
    this.#fault = isNew ? undefined : `Generation ${number} is not kept: there was another before`
    this.#unwritten = this.#unwritten.filter(each => each !== next)
  }
}

function wholeOf({ facts, desired: { text, pools, lines }, before }: Unwritten): KeptGeneration {
  const names = [before.number, facts.number].map(number => `generation ${number}`)
  const diff = unifiedDiff(before.text, text, names as [string, string])
  return { ...facts, diff, text, pools, ...(lines && { lines }) }
}

function withoutState(kept: KeptGeneration): Generation {
  const { number, at, cause, via, plan, diff, tookMs } = kept
  return { number, at, cause, via, plan, diff, tookMs }
}
