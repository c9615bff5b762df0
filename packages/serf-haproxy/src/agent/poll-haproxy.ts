import type { AgentRecord } from '../reporting/agent-record.js'
import type { Clock } from '../clock.js'
import { observeHaproxy } from '../haproxy/observe-haproxy.js'
import type { Pipeline } from './pipeline.js'
import { WakeUp } from '../wake-up.js'

/** While somebody looks at the state, HAProxy is asked this often. */
const lookedAtMs = 1000
/** A look counts for so long. */
const interestMs = 5000
/** A server that is new is asked after this often, until it is healthy and had a request. */
const newServerMs = 250
/** A server that is new for longer is no news. */
const newForMs = 10_000

/** Asking and reading cost time: at most this share of it, while somebody looks and while nobody does. */
const busyShare = { lookedAt: 0.05, alone: 0.002 }

/** Asks HAProxy what it does, for those who look: seldom, and more often where it matters. */
export class HaproxyPoller {
  readonly #record: AgentRecord
  readonly #clock: Clock
  readonly #wakeUp = new WakeUp()
  #lookedAt = -Infinity
  #observedAt = -Infinity
  #tookMs = 0

  constructor(record: AgentRecord, clock: Clock) {
    this.#record = record
    this.#clock = clock
  }

  /** Somebody looks at the state. */
  looked(): void {
    this.#lookedAt = this.#clock.now()
    if (this.#lookedAt - this.#observedAt > lookedAtMs) this.#wakeUp.wake()
  }

  /** Something was applied. */
  applied(): void {
    this.#wakeUp.wake()
  }

  async run(pipeline: Pipeline, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const pools = this.#record.rendering?.rendered.pools.map(({ name }) => name) ?? []
        const askedAt = this.#clock.now()
        const observation = await observeHaproxy(pipeline, pools, signal)
        this.#observedAt = this.#clock.now()
        this.#tookMs = this.#observedAt - askedAt
        this.#record.observed(observation, pipeline.reloader.drift())
      } catch (error) {
        if (!signal.aborted) this.#record.failed(error)
      }
      await this.#wakeUp.sleep(this.#apartMs(pipeline), signal)
    }
  }

  #apartMs({ configuration: { reconcileMs } }: Pipeline): number {
    const isLookedAt = this.#clock.now() - this.#lookedAt < interestMs
    const hasNewServer = this.#hasNewServer()
    const leastMs = hasNewServer ? newServerMs : isLookedAt ? lookedAtMs : reconcileMs
    const share = hasNewServer || isLookedAt ? busyShare.lookedAt : busyShare.alone
    return Math.max(leastMs, this.#tookMs / share)
  }

  #hasNewServer(): boolean {
    const since = this.#clock.wallTime() - newForMs
    for (const [name, { standing }] of this.#record.memberStates) {
      const { applied = 0, firstHealthy, firstRequest } = this.#record.times.of(name)
      const isSeen = firstHealthy !== undefined && firstRequest !== undefined
      if (standing === 'serving' && !isSeen && applied > since) return true
    }
    return false
  }
}
