import { ReloadError } from '../reload-error.js'
import { brokenGeneration, type KeptGeneration } from './generation.js'
import type { GenerationFile } from './generation-file.js'
import type { GenerationFolder } from './generation-folder.js'
import {
  restoredState,
  serverLinesOf,
  storedDiff,
  type RestoredState,
  type StoredGeneration,
} from './stored-generation.js'

/** A generation that was read, with its configuration. */
interface Restored {
  readonly number: number
  readonly file: GenerationFile
  readonly state: RestoredState
}

/**
 * Reads generations. A file with a change is applied to the generation before,
 * down to a whole configuration. The last one that was read is remembered, so
 * that reading all of them in order reads each file once.
 */
export class GenerationReader {
  readonly #folder: GenerationFolder
  #last: Restored | undefined

  constructor(folder: GenerationFolder) {
    this.#folder = folder
  }

  /**
   * Returns a generation with its configuration.
   *
   * @throws ReloadError `broken-generation` if its file, or one that it needs, was changed
   */
  async read(number: number): Promise<KeptGeneration> {
    const { file, state } = await this.#restore(number)
    if (file.kept) return file.kept
    const { before: _, base: __, whole: ___, hasLines, ...record } = file.stored
    const diff = storedDiff(file.stored, state)
    return { ...record, diff, ...state, ...(hasLines && { lines: serverLinesOf(state) }) }
  }

  async #restore(number: number): Promise<Restored> {
    if (this.#last?.number === number) return this.#last
    // The files from the wanted one back to a whole one. All but the whole one are small.
    const files = [{ number, file: await this.#folder.read(number) }]
    let restored: Restored | undefined
    for (let next = files.at(-1); next && !restored; next = files.at(-1)) {
      const { stored, kept } = next.file
      if (stored?.base && this.#last?.number === stored.before.number) restored = this.#last
      else if (stored?.base) files.push(await this.#base(number, stored))
      else restored = { ...next, state: kept ?? restoredState(stored, undefined) }
    }
    for (const next of files.toReversed()) restored = this.#applied(number, next, restored)
    if (!restored) throw new TypeError(`Expected the files of generation ${number}`)
    this.#last = restored
    return restored
  }

  /** Reads the file that a change begins with. An error in it is an error of the wanted generation. */
  async #base(wanted: number, { number, before }: StoredGeneration) {
    const broken = (what: string, cause?: unknown) =>
      brokenGeneration(this.#folder.pathOf(wanted), wanted, what, cause)
    if (before.number >= number) throw broken(`needs generation ${before.number}, a later one`)
    try {
      return { number: before.number, file: await this.#folder.read(before.number) }
    } catch (error) {
      if (!(error instanceof ReloadError)) throw error
      throw broken(`needs generation ${before.number}, which cannot be read`, error)
    }
  }

  #applied(
    wanted: number,
    next: { readonly number: number; readonly file: GenerationFile },
    before: Restored | undefined,
  ): Restored {
    if (before?.number === next.number) return before
    const { stored } = next.file
    const path = this.#folder.pathOf(wanted)
    if (!stored || !before || stored.base?.sha256 !== before.file.sha256) {
      const what = `needs generation ${before?.number}, which is another one now`
      throw brokenGeneration(path, wanted, what)
    }
    return { ...next, state: restoredState(stored, before.state) }
  }
}
