import type { Clock } from '../clock.js'
import { observeHaproxy, observeServers, type ServerName } from '../haproxy/observe-haproxy.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { WakeUp } from '../wake-up.js'
import { ProbeWatch } from '../probe/probe-watch.js'
import { runTogether } from '../run-together.js'
import { NewServers } from '../polling/new-servers.js'
import type { Pipeline } from './pipeline.js'
import { PollPace } from '../polling/poll-pace.js'
import { isReached } from './stable-round.js'

/** Parts of a pipeline that are polled. */
export type PolledPipeline = Pick<Pipeline, 'runtime' | 'master' | 'configuration'> & {
  readonly reloader: Pick<Pipeline['reloader'], 'drift'>
}

/**
 * Polls HAProxy for status: all servers at an interval that follows the cost, and
 * shorter while a client is watching; new servers often, and only these.
 */
export class HaproxyPoller {
  readonly #journal: AgentJournal
  readonly #clock: Clock
  readonly #onPolled: () => void
  readonly #wakeUp = new WakeUp()
  readonly #pace = new PollPace()
  readonly #newServers = new NewServers()
  readonly #probe: ProbeWatch
  #watchers = 0

  /** @param onPolled - called after each poll of all servers */
  constructor(journal: AgentJournal, clock: Clock, onPolled: () => void = () => {}) {
    this.#journal = journal
    this.#onPolled = onPolled
    this.#clock = clock
    this.#probe = new ProbeWatch(journal)
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

  /** Polls as soon as the cost of the last poll allows: HAProxy has just changed. */
  pollNow(): void {
    this.#pace.ask()
    this.#wakeUp.wake()
    this.#probe.wake()
  }

  /** Polls, and probes after changes, until the signal aborts. */
  async run(pipeline: PolledPipeline, end: AbortSignal): Promise<void> {
    await runTogether(end, signal => [
      this.#poll(pipeline, signal),
      this.#probe.run(pipeline, signal),
    ])
  }

  async #poll(pipeline: PolledPipeline, signal: AbortSignal): Promise<void> {
    const { reconcileMs } = pipeline.configuration
    // Another pipeline may be of another HAProxy.
    this.#pace.reset()
    while (!signal.aborted) {
      const servers = this.#serversToFollow()
      const left = this.#pace.msLeft(this.#clock.now(), {
        isWatched: this.#watchers > 0,
        isContradicted: this.#isContradicted(),
        reconcileMs,
        newestAgeMs: this.#newServers.newestAgeMs(this.#clock.wallTime()),
        isCheckAwaited: this.#newServers.isCheckAwaited,
      })
      const someMs = servers.length > 0 ? left.some : Infinity
      if (left.all <= 0) {
        await this.#timed('all', () => this.#pollAll(pipeline, signal), signal)
        if (!signal.aborted) this.#onPolled()
      } else if (someMs <= 0)
        await this.#timed('some', () => this.#pollSome(pipeline, servers, signal), signal)
      else await this.#wakeUp.sleep(Math.min(left.all, someMs, reconcileMs), signal)
    }
  }

  /** Polls, and notes the cost. */
  async #timed(
    which: 'all' | 'some',
    poll: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void> {
    const startedAt = this.#clock.now()
    let isAnswered = true
    try {
      isAnswered = await poll()
    } catch (error) {
      if (!signal.aborted) this.#journal.dispatch({ kind: 'failure', error, isPoll: true })
    }
    const endedAt = this.#clock.now()
    // A HAProxy that does not answer costs nothing, and may be back at any time.
    this.#pace.polled(which, { endedAt, tookMs: isAnswered ? endedAt - startedAt : 0 })
  }

  /** Returns the new servers of a HAProxy that answers. */
  #serversToFollow(): readonly ServerName[] {
    const { record } = this.#journal
    const servers = this.#newServers.of(record, this.#clock.wallTime())
    return record.observation?.haproxy.reachable ? servers : []
  }

  /** Returns whether the last round found HAProxy away and the last poll did not, or the other way round. */
  #isContradicted(): boolean {
    const { outcome, observation } = this.#journal.record
    if (!outcome || !observation) return false
    const { reachable } = observation.haproxy
    return reachable ? outcome.kind === 'deferred' : isReached(outcome)
  }

  /** Polls all servers. Resolves with true if HAProxy answered. */
  async #pollAll(pipeline: PolledPipeline, signal: AbortSignal): Promise<boolean> {
    const pools = this.#journal.record.rendering?.rendered.pools.map(({ name }) => name) ?? []
    const observation = await observeHaproxy(pipeline, pools, signal)
    this.#journal.dispatch({ kind: 'observation', observation })
    this.#journal.dispatch({ kind: 'drift', ...pipeline.reloader.drift() })
    return observation.haproxy.reachable
  }

  async #pollSome(
    { runtime }: PolledPipeline,
    names: readonly ServerName[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const servers = await observeServers({ runtime }, names, signal)
    this.#journal.dispatch({ kind: 'statistics', servers })
    return true
  }
}
