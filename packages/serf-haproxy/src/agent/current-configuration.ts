import type { PoolMember } from 'haproxy-config-render'
import type { Clock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import type { Renderer } from '../rendering/renderer.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import type { WaitingConfiguration } from '../guard/configuration-guard.js'
import type { PipelineDeps } from './pipeline.js'
import { validateConfiguration } from './validate-configuration.js'

/** The configuration in use, and the error of a newer one that was rejected. */
export interface ConfigurationInUse {
  readonly configuration: Configuration
  readonly loadedAt: number
  readonly refused: string | undefined
}

/**
 * Judges a valid configuration before it is used. Returns why it waits, or
 * undefined if it may be used; `waiting.release` puts it in use later. Called
 * with undefined if the newest file is invalid: an older one waits no longer.
 */
export type Propose = (
  waiting: WaitingConfiguration | undefined,
) => { readonly reason: string } | undefined

/** Holds the configuration of an agent. A new one replaces it only after it was validated and judged. */
export class CurrentConfiguration {
  readonly #clock: Clock
  readonly #journal: AgentJournal
  readonly #onRenewed: () => void
  #inUse: ConfigurationInUse
  #renderer: Renderer | undefined
  #attempts = 0

  /** @param onRenewed - called when another configuration is in use */
  constructor(
    configuration: Configuration,
    clock: Clock,
    journal: AgentJournal,
    onRenewed: () => void = () => {},
  ) {
    this.#clock = clock
    this.#journal = journal
    this.#onRenewed = onRenewed
    this.#inUse = { configuration, loadedAt: clock.wallTime(), refused: undefined }
  }

  get inUse(): ConfigurationInUse {
    return this.#inUse
  }

  get value(): Configuration {
    return this.#inUse.configuration
  }

  /** The renderer by which the configuration was validated; undefined for the first one. */
  get renderer(): Renderer | undefined {
    return this.#renderer
  }

  /**
   * Loads, validates and proposes a configuration. Returns the error if it is
   * rejected, or why it is held; undefined if it is in use now, or if a newer
   * one was loaded meanwhile.
   */
  async replace(
    load: () => Configuration,
    members: readonly PoolMember[],
    deps: PipelineDeps,
    propose: Propose = () => undefined,
  ): Promise<string | undefined> {
    const attempt = ++this.#attempts
    try {
      const next = load()
      const renderer = await validateConfiguration(this.value, next, members, deps)
      if (attempt !== this.#attempts) return undefined
      const release = () => this.#use(renderer)
      this.#inUse = { ...this.#inUse, refused: undefined }
      const held = propose({ renderer, release })
      if (held) return held.reason
      release()
      return undefined
    } catch (error) {
      if (attempt !== this.#attempts) return undefined
      propose(undefined)
      return this.#refuse((error as Error).message)
    }
  }

  #use(renderer: Renderer): void {
    const { configuration } = renderer
    const loadedAt = this.#clock.wallTime()
    this.#inUse = { configuration, loadedAt, refused: undefined }
    this.#renderer = renderer
    const text = 'New configuration accepted'
    this.#journal.dispatch({
      kind: 'event',
      event: { kind: 'configuration', isAccepted: true, text },
    })
    this.#onRenewed()
  }

  #refuse(refused: string): string {
    this.#inUse = { ...this.#inUse, refused }
    const text = `New configuration rejected; the previous one stays in use: ${refused}`
    this.#journal.dispatch({
      kind: 'event',
      event: { kind: 'configuration', isAccepted: false, error: refused, text },
    })
    return refused
  }
}
