import type { PoolMember } from 'haproxy-config-render'
import type { Clock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import type { PipelineDeps } from './pipeline.js'
import { validateConfiguration } from './validate-configuration.js'

/** The configuration in use, and the error of a newer one that was rejected. */
export interface ConfigurationInUse {
  readonly configuration: Configuration
  readonly loadedAt: number
  readonly refused: string | undefined
}

/** Holds the configuration of an agent. A new one replaces it only after it was validated. */
export class CurrentConfiguration {
  readonly #clock: Clock
  readonly #journal: AgentJournal
  #inUse: ConfigurationInUse

  constructor(configuration: Configuration, clock: Clock, journal: AgentJournal) {
    this.#clock = clock
    this.#journal = journal
    this.#inUse = { configuration, loadedAt: clock.wallTime(), refused: undefined }
  }

  get inUse(): ConfigurationInUse {
    return this.#inUse
  }

  get value(): Configuration {
    return this.#inUse.configuration
  }

  /** Loads and validates a configuration. Returns the error if it is rejected; undefined if it is in use now. */
  async replace(
    load: () => Configuration,
    members: readonly PoolMember[],
    deps: PipelineDeps,
  ): Promise<string | undefined> {
    try {
      const next = load()
      await validateConfiguration(this.value, next, members, deps)
      const loadedAt = this.#clock.wallTime()
      this.#inUse = { configuration: next, loadedAt, refused: undefined }
      const text = 'New configuration accepted'
      this.#journal.dispatch({
        kind: 'event',
        event: { kind: 'configuration', isAccepted: true, text },
      })
      return undefined
    } catch (error) {
      const refused = (error as Error).message
      this.#inUse = { ...this.#inUse, refused }
      const text = `New configuration rejected; the previous one stays in use: ${refused}`
      this.#journal.dispatch({
        kind: 'event',
        event: { kind: 'configuration', isAccepted: false, error: refused, text },
      })
      return refused
    }
  }
}
