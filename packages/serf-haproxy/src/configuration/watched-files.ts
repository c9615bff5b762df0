import { partialFiles } from './output-schema.js'
import type { Configuration } from './schema.js'
import { watchFiles } from './watch-files.js'

/** Returns the files that a configuration names and that are read with it. */
export function filesOf(configuration: Configuration): readonly string[] {
  const { template, policy, partials, outputs, balancers } = configuration
  const named = [template, policy, balancers?.keepalived?.template].filter(
    file => file !== undefined,
  )
  return [...named, ...partialFiles(partials).values(), ...outputs.map(output => output.template)]
}

/** A watch on a list of files that changes with the configuration. */
export class WatchedFiles {
  readonly #onChange: () => unknown
  readonly #watches = new Map<string, () => void>()

  /** @param onChange - called for each change of a file */
  constructor(onChange: () => unknown) {
    this.#onChange = onChange
  }

  /** Watches these files from now on, and no others. */
  follow(files: Iterable<string>): void {
    const wanted = new Set(files)
    for (const [file, end] of this.#watches) {
      if (wanted.has(file)) continue
      end()
      this.#watches.delete(file)
    }
    for (const file of wanted)
      if (!this.#watches.has(file)) this.#watches.set(file, watchFiles([file], this.#onChange))
  }

  /** Ends the watch. */
  close(): void {
    this.follow([])
  }
}
