import type { ServerResponse } from 'node:http'
import type { Agent } from '../agent/agent.js'
import type { TimelineEntry } from '../state/agent-event.js'
import { EventClient, eventFrame, EventFrame, type ClientLimits } from './event-client.js'
import { entryFor, stateFor, type View } from '../views/open-view.js'
import { StateFollowers } from './state-followers.js'

/** Source of what is sent to the clients. */
export interface EventSource {
  readonly agent: Pick<Agent, 'state' | 'events' | 'watching'>
  /** First frame for each client: the version and abilities of this server. */
  readonly greeting: object
}

/** Limits on the number, the rate and the size of the streams. */
export interface StreamLimits extends ClientLimits {
  readonly maxClients: number
  /** Interval at which a changed state is sent, in milliseconds. */
  readonly tickMs: number
}

const defaultLimits: StreamLimits = {
  maxClients: 64,
  maxBufferedBytes: 4 * 1024 * 1024,
  stallMs: 15_000,
  tickMs: 1000,
}

/** Longest time between two states for a client, also on a busy machine: a suspicion lasts a few seconds. */
const longestRestMs = 2000
/** Largest share of the time that making states may take, unless they are due. */
const busyShare = 0.05

/** Delay of the state after an entry; a burst of entries leads to one state. */
const stateDelayMs = 50

/** The wishes of a client, and its rights. */
interface ClientOptions {
  /** Id of the last entry that the client has; undefined without one. */
  readonly lastEventId: string | undefined
  readonly view: View
  /** True for a client that wants deltas after the first state. */
  readonly wantsDeltas: boolean
  /** True for a client that accepts gzip. */
  readonly isCompressed: boolean
}

const views = ['full', 'open'] as const

/**
 * Follows the agent while at least one client is connected. While it does, the
 * agent polls HAProxy more often. Each client receives
 *
 * | event   | when                           | id                     |
 * |---------|--------------------------------|------------------------|
 * | `hello` | first                          |                        |
 * | `entry` | for each entry of the timeline | start and number of it |
 * | `state` | first, and when it has changed |                        |
 * | `delta` | when the state has changed     |                        |
 *
 * A client that wants deltas gets `{ revision, state }` as its first state, and then a
 * delta for each change. It gets a whole state again if it read too slowly.
 *
 * Entries after `Last-Event-ID` come first. Numbers start at 1 with each run of
 * the agent, so an id of an earlier run leads to all kept entries.
 */
export class EventStreams {
  readonly #source: EventSource
  readonly #limits: StreamLimits
  readonly #followers = { full: new StateFollowers(), open: new StateFollowers() }
  #stop: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  /** Time of the next tick. */
  #dueAt = Infinity
  /** Time before which no state is made: the last one was expensive. */
  #restUntil = 0

  constructor(source: EventSource, limits: Partial<StreamLimits> = {}) {
    this.#source = source
    this.#limits = { ...defaultLimits, ...limits }
  }

  /** Number of connected clients. */
  get size(): number {
    return this.#followers.full.size + this.#followers.open.size
  }

  /** True while another client may connect. */
  get hasRoom(): boolean {
    return this.size < this.#limits.maxClients
  }

  /** Sends the stream to the client of `response`, until either side closes it. */
  open(response: ServerResponse, options: ClientOptions): void {
    const { lastEventId, view, wantsDeltas, isCompressed } = options
    const { agent, greeting } = this.#source
    const state = agent.state()
    const entries = agent.events.entries(sinceOf(lastEventId, state.startedAt))
    const lastSeq = entries.at(-1)?.seq ?? 0
    const client = new EventClient(response, { ...this.#limits, lastSeq, isCompressed })
    const followers = this.#followers[view]
    response.once('close', () => {
      followers.delete(client)
      if (this.size === 0) this.#stopFollowing()
    })
    const now = Date.now()
    client.send(new EventFrame(`retry: 1000\n\n${eventFrame('hello', greeting).text}`), now)
    followers.add(client, wantsDeltas, () => stateFor(state, view), now)
    for (const entry of entries) {
      client.send(entryFrame(entry, state.startedAt, view), now)
    }
    this.#stop ??= this.#follow()
    // The state of the last tick may be an old one.
    if (followers.size > 1) this.#tickIn(stateDelayMs)
  }

  /** Ends every stream. */
  close(): void {
    for (const view of views) for (const client of this.#followers[view].clients) client.end()
    this.#stopFollowing()
  }

  #stopFollowing(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  #follow(): () => void {
    const { agent } = this.#source
    const stop = new AbortController()
    const watch = agent.watching()
    this.#tickIn(this.#limits.tickMs)
    const since = agent.events.entries().at(-1)?.seq ?? 0
    void this.#pass(since, stop.signal)
    return () => {
      stop.abort()
      watch[Symbol.dispose]()
      clearTimeout(this.#timer)
      this.#dueAt = Infinity
    }
  }

  /** Sends each entry, and shortly after it the state. */
  async #pass(since: number, signal: AbortSignal): Promise<void> {
    const { agent } = this.#source
    const { startedAt } = agent.state()
    for await (const entry of agent.events.follow({ since, signal })) {
      if (signal.aborted) return
      for (const view of views) {
        const { size, clients } = this.#followers[view]
        if (size === 0) continue
        const frame = entryFrame(entry, startedAt, view)
        for (const client of clients) client.sendEntry(frame, entry.seq, Date.now())
      }
      this.#tickIn(stateDelayMs)
    }
  }

  /** Ticks after `ms` at the latest, unless the last tick was expensive. */
  #tickIn(ms: number): void {
    const now = performance.now()
    const at = Math.max(now + ms, this.#restUntil)
    if (at >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => this.#tick(), at - now)
  }

  #tick(): void {
    const startedAt = performance.now()
    this.#sendState()
    const endedAt = performance.now()
    this.#restUntil = endedAt + Math.min((endedAt - startedAt) / busyShare, longestRestMs)
    this.#dueAt = Infinity
    if (this.#stop) this.#tickIn(this.#limits.tickMs)
  }

  #sendState(): void {
    const now = Date.now()
    const state = this.#source.agent.state()
    for (const view of views) {
      const followers = this.#followers[view]
      for (const client of followers.clients) client.look(now)
      if (followers.size > 0) followers.send(stateFor(state, view), now)
    }
  }
}

function entryFrame(entry: TimelineEntry, startedAt: number, view: View): EventFrame {
  return eventFrame('entry', entryFor(entry, view), `${startedAt}.${entry.seq}`)
}

function sinceOf(
  lastEventId: string | undefined,
  startedAt: number,
): { since: number } | undefined {
  const [, run, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(lastEventId ?? '') ?? []
  return Number(run) === startedAt ? { since: Number(seq) } : undefined
}
