import type { Clock } from '../clock.js'
import { observeHaproxy } from '../haproxy/observe-haproxy.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { WakeUp } from '../wake-up.js'
import type { Pipeline } from './pipeline.js'
import { isReached } from './stable-round.js'

/** Interval while a client is watching. */
const viewedIntervalMs = 1000
/** Interval while a server is new: it was not seen healthy, or had no request. */
const newServerIntervalMs = 250
/** Largest share of the time that polling may take. */
const busyShare = { viewed: 0.05, idle: 0.002 }

/** Time during which a server counts as new. */
const newForMs = 10_000

/** Parts of a pipeline that are polled. */
export type PolledPipeline = Pick<Pipeline, 'runtime' | 'master' | 'configuration'> & {
  readonly reloader: Pick<Pipeline['reloader'], 'drift'>
}

/** Polls HAProxy for status; more often while a client is watching, or a server is new. */
export class HaproxyPoller {
  readonly #journal: AgentJournal
  readonly #clock: Clock
  readonly #onPolled: () => void
  readonly #wakeUp = new WakeUp()
  #watchers = 0
  #tookMs = 0
  #isAsked = false

  /** @param onPolled - called after each poll */
  constructor(journal: AgentJournal, clock: Clock, onPolled: () => void = () => {}) {
    this.#journal = journal
    this.#onPolled = onPolled
    this.#clock = clock
  }

  /** Polls more often until the result is disposed. */
  watching(): Disposable {
    this.#watchers++
    if (this.#watchers === 1) this.pollNow()
    let isOpen = true
    return {
      [Symbol.dispose]: () => {
        if (isOpen) this.#watchers--
        isOpen = false
      },
    }
  }

  /** Polls now: HAProxy has just changed. */
  pollNow(): void {
    this.#isAsked = true
    this.#wakeUp.wake()
  }

  /** Polls until the signal aborts. */
  async run(pipeline: PolledPipeline, signal: AbortSignal): Promise<void> {
    const { reconcileMs } = pipeline.configuration
    while (!signal.aborted) {
      await this.#poll(pipeline, signal).catch((error: unknown) => {
        if (!signal.aborted) this.#journal.dispatch({ kind: 'failure', error, isPoll: true })
      })
      if (!signal.aborted) this.#onPolled()
      const conditions = { isWatched: this.#watchers > 0, hasNewServer: this.#hasNewServer() }
      const ms = pollIntervalMs({ ...conditions, reconcileMs, tookMs: this.#tookMs })
      await this.#rest(ms, reconcileMs, signal)
    }
  }

  /** Waits for the next poll: until then, until one is asked for, or until a round found otherwise. */
  async #rest(ms: number, reconcileMs: number, signal: AbortSignal): Promise<void> {
    for (let left = ms; left > 0 && !signal.aborted; left -= reconcileMs) {
      await this.#wakeUp.sleep(Math.min(left, reconcileMs), signal)
      if (this.#isAsked || this.#isContradicted()) break
    }
    this.#isAsked = false
  }

  /** Returns whether the last round found HAProxy away and the last poll did not, or the other way round. */
  #isContradicted(): boolean {
    const { outcome, observation } = this.#journal.record
    if (!outcome || !observation) return false
    const { reachable } = observation.haproxy
    return reachable ? outcome.kind === 'deferred' : isReached(outcome)
  }

  async #poll(pipeline: PolledPipeline, signal: AbortSignal): Promise<void> {
    const pools = this.#journal.record.rendering?.rendered.pools.map(({ name }) => name) ?? []
    const startedAt = this.#clock.now()
    const observation = await observeHaproxy(pipeline, pools, signal)
    // A HAProxy that does not answer costs nothing, and may be back at any time.
    this.#tookMs = observation.haproxy.reachable ? this.#clock.now() - startedAt : 0
    this.#journal.dispatch({ kind: 'observation', observation })
    this.#journal.dispatch({ kind: 'drift', ...pipeline.reloader.drift() })
  }

  #hasNewServer(): boolean {
    const since = this.#clock.wallTime() - newForMs
    const { memberStates, times } = this.#journal.record
    for (const [name, { standing }] of memberStates) {
      const { applied = 0, firstHealthy, firstRequest } = times.of(name)
      const isSeen = firstHealthy !== undefined && firstRequest !== undefined
      if (standing === 'serving' && !isSeen && applied > since) return true
    }
    return false
  }
}

/** Conditions that decide how often HAProxy is polled. */
export interface PollConditions {
  readonly isWatched: boolean
  readonly hasNewServer: boolean
  readonly reconcileMs: number
  /** Duration of the last poll. */
  readonly tookMs: number
}

/** Returns the time until the next poll. Pure. */
export function pollIntervalMs({
  isWatched,
  hasNewServer,
  reconcileMs,
  tookMs,
}: PollConditions): number {
  const leastMs = hasNewServer ? newServerIntervalMs : isWatched ? viewedIntervalMs : reconcileMs
  const share = hasNewServer || isWatched ? busyShare.viewed : busyShare.idle
  return Math.max(leastMs, tookMs / share)
}
