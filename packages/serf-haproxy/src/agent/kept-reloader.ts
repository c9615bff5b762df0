import type { Reloader } from 'haproxy-reloader'
import { createRuntimeClient } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import { reloaderFor, type PipelineDeps } from './pipeline.js'

/**
 * Keeps one reloader over the configurations of an agent, while their settings
 * of HAProxy are equal: its interval between reloads, what it knows of HAProxy
 * and its counts go on.
 */
export class KeptReloader implements AsyncDisposable {
  readonly #folder: string
  readonly #given: Pick<PipelineDeps, 'reloader' | 'runtime'>
  #kept: { readonly key: string; readonly reloader: Reloader } | undefined

  /**
   * @param folder - folder of the generations
   * @param given - the parts to use for every configuration; their owner closes them
   */
  constructor(folder: string, given: Pick<PipelineDeps, 'reloader' | 'runtime'>) {
    this.#folder = folder
    this.#given = given
  }

  /** Returns the reloader for a configuration. Closes one with other settings first. */
  async for(configuration: Configuration): Promise<Reloader> {
    if (this.#given.reloader) return this.#given.reloader
    const key = settingsOf(configuration)
    if (this.#kept?.key !== key) {
      await this[Symbol.asyncDispose]()
      const { runtimeSocket: socket } = configuration.haproxy
      const runtime = this.#given.runtime ?? createRuntimeClient({ socket })
      this.#kept = { key, reloader: reloaderFor(configuration, runtime, this.#folder) }
    }
    return this.#kept.reloader
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kept?.reloader.close()
    this.#kept = undefined
  }
}

/** The settings that a reloader depends on, as text. */
function settingsOf({ haproxy, generations }: Configuration): string {
  const { maxConnections: _, ...settings } = haproxy
  return JSON.stringify({ settings, generations })
}
