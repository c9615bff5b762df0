import type { Reloader } from 'haproxy-reloader'
import { createRuntimeClient, type RuntimeClient } from 'haproxy-runtime'
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
  #kept: ({ readonly key: string } & ReloaderParts) | undefined

  /**
   * @param folder - folder of the generations
   * @param given - the parts to use for every configuration; their owner closes them
   */
  constructor(folder: string, given: Pick<PipelineDeps, 'reloader' | 'runtime'>) {
    this.#folder = folder
    this.#given = given
  }

  /** Returns the reloader for a configuration, and its client. Closes one with other settings first. */
  async for(configuration: Configuration): Promise<Partial<ReloaderParts>> {
    if (this.#given.reloader) return this.#given
    const key = settingsOf(configuration)
    if (this.#kept?.key !== key) {
      await this[Symbol.asyncDispose]()
      const { runtimeSocket: socket } = configuration.haproxy
      const runtime = this.#given.runtime ?? createRuntimeClient({ socket })
      this.#kept = { key, runtime, reloader: reloaderFor(configuration, runtime, this.#folder) }
    }
    const { reloader, runtime } = this.#kept
    return { reloader, runtime }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kept?.reloader.close()
    this.#kept = undefined
  }
}

/** A reloader, and the client by which it changes HAProxy: the client knows the servers that were added. */
interface ReloaderParts {
  readonly reloader: Reloader
  readonly runtime: RuntimeClient
}

/** The settings that a reloader depends on, as text. */
function settingsOf({ haproxy, generations }: Configuration): string {
  const { maxConnections: _, ...settings } = haproxy
  return JSON.stringify({ settings, generations })
}
