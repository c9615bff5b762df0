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

/** A configuration to load, and what it is validated and judged with. */
interface Candidate {
  readonly load: () => Configuration
  readonly deps: PipelineDeps
  readonly propose: Propose
}

/** A candidate that was refused, and HAProxy's worker at that time. */
interface Refusal {
  readonly candidate: Candidate
  readonly error: string
  readonly at: number
  readonly pid: number | undefined
}

/** Interval of attempts with a refused configuration. */
const retryMs = 30_000

/** Holds the configuration of an agent. A new one replaces it only after it was validated and judged. */
export class CurrentConfiguration {
  readonly #clock: Clock
  readonly #journal: AgentJournal
  readonly #onRenewed: () => void
  #inUse: ConfigurationInUse
  #renderer: Renderer | undefined
  #attempts = 0
  /** The newest candidate, if it is refused and not tried at the moment. */
  #refusal: Refusal | undefined

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
    members: ReadonlyMap<string, PoolMember>,
    deps: PipelineDeps,
    propose: Propose = () => undefined,
  ): Promise<string | undefined> {
    return this.#try({ load, deps, propose }, members)
  }

  /**
   * Tries a refused configuration again after a while, or if HAProxy has another worker:
   * what it depends on beside its own files, such as HAProxy's other files and its
   * environment, may have changed. Reports it only if the result is another one.
   */
  async retryRefused(members: ReadonlyMap<string, PoolMember>): Promise<void> {
    const refusal = this.#refusal
    if (refusal && this.#isDue(refusal)) await this.#try(refusal.candidate, members, refusal.error)
  }

  #isDue({ at, pid }: Refusal): boolean {
    const worker = this.#worker()
    const isOther = worker !== undefined && worker !== pid
    return isOther || this.#clock.now() - at >= retryMs
  }

  #worker(): number | undefined {
    return this.#journal.record.observation?.haproxy.pid
  }

  /** @param known - the error of the attempt before, which is not reported again */
  async #try(
    candidate: Candidate,
    members: ReadonlyMap<string, PoolMember>,
    known?: string,
  ): Promise<string | undefined> {
    const { load, deps, propose } = candidate
    const attempt = ++this.#attempts
    const pid = this.#worker()
    this.#refusal = undefined
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
      const { message } = error as Error
      this.#refusal = { candidate, error: message, at: this.#clock.now(), pid }
      if (known !== undefined && withoutPids(known) === withoutPids(message)) return message
      return this.#refuse(message)
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

/** Returns a report without the process ids of the checks that wrote it. */
function withoutPids(report: string): string {
  return report.replaceAll(/\(\d+\)/g, '')
}
