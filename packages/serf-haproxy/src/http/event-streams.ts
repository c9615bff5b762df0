import type { ServerResponse } from 'node:http'
import type { Agent } from '../agent/agent.js'
import { EventClient, eventFrame, type ClientLimits } from './event-client.js'

/** What is sent to whoever follows the agent. */
export interface EventSource {
  readonly agent: Pick<Agent, 'state' | 'events'>
  /** What a client is told first: what this server is and allows. */
  readonly greeting: object
}

/** How often, how much and to how many. */
export interface StreamLimits extends ClientLimits {
  readonly maxClients: number
  /** How often the present is sent where it has changed, in milliseconds. */
  readonly tickMs: number
}

const defaultLimits: StreamLimits = {
  maxClients: 64,
  maxBufferedBytes: 4 * 1024 * 1024,
  stallMs: 15_000,
  tickMs: 1000,
}

/** Soon enough after an entry to be taken for at once, and one state for a burst of them. */
const stateDelayMs = 50

/**
 * Follows the agent for any number of clients, and only while there is one.
 * Each is sent
 *
 * | event   | when                           | id                     |
 * |---------|--------------------------------|------------------------|
 * | `hello` | first                          |                        |
 * | `entry` | for each entry of the timeline | start and number of it |
 * | `state` | first, and when it has changed |                        |
 *
 * Entries since `Last-Event-ID` come first. Numbers begin anew with the agent:
 * an id of an earlier run is followed by all there is.
 */
export class EventStreams {
  readonly #source: EventSource
  readonly #limits: StreamLimits
  readonly #clients = new Set<EventClient>()
  #stop: (() => void) | undefined
  #shown: string | undefined
  #soon: NodeJS.Timeout | undefined

  constructor(source: EventSource, limits: Partial<StreamLimits> = {}) {
    this.#source = source
    this.#limits = { ...defaultLimits, ...limits }
  }

  /** How many follow now. */
  get size(): number {
    return this.#clients.size
  }

  /** Whether one more may follow. */
  get hasRoom(): boolean {
    return this.#clients.size < this.#limits.maxClients
  }

  /** Follows the agent for the client behind `response`, until either goes away. */
  open(response: ServerResponse, lastEventId: string | undefined): void {
    const { agent, greeting } = this.#source
    const state = agent.state()
    const entries = agent.events.entries(sinceOf(lastEventId, state.startedAt))
    const client = new EventClient(response, this.#limits, entries.at(-1)?.seq ?? 0)
    this.#clients.add(client)
    response.once('close', () => {
      this.#clients.delete(client)
      if (this.#clients.size === 0) this.#rest()
    })
    const now = Date.now()
    client.send('retry: 1000\n\n' + eventFrame('hello', greeting), now)
    client.send(eventFrame('state', state), now)
    for (const entry of entries) {
      client.send(eventFrame('entry', entry, `${state.startedAt}.${entry.seq}`), now)
    }
    this.#stop ??= this.#follow()
  }

  /** Ends every stream. */
  close(): void {
    for (const client of this.#clients) client.end()
    this.#rest()
  }

  #rest(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#shown = undefined
  }

  #follow(): () => void {
    const { agent } = this.#source
    const stop = new AbortController()
    const ticking = setInterval(() => this.#tick(), this.#limits.tickMs)
    const since = agent.events.entries().at(-1)?.seq ?? 0
    void this.#pass(since, stop.signal)
    return () => {
      stop.abort()
      clearInterval(ticking)
      clearTimeout(this.#soon)
      this.#soon = undefined
    }
  }

  /** Passes each entry on, and the state that it led to shortly behind it. */
  async #pass(since: number, signal: AbortSignal): Promise<void> {
    const { agent } = this.#source
    const { startedAt } = agent.state()
    for await (const entry of agent.events.follow({ since, signal })) {
      if (signal.aborted) return
      const frame = eventFrame('entry', entry, `${startedAt}.${entry.seq}`)
      for (const client of this.#clients) client.sendEntry(frame, entry.seq, Date.now())
      this.#soon ??= setTimeout(() => this.#tick(), stateDelayMs)
    }
  }

  #tick(): void {
    this.#soon = undefined
    const now = Date.now()
    for (const client of this.#clients) client.look(now)
    // That somebody looks has the agent ask HAProxy more often.
    const state = eventFrame('state', this.#source.agent.state())
    const news = state === this.#shown ? ': still here\n\n' : state
    this.#shown = state
    for (const client of this.#clients) if (client.isReading) client.send(news, now)
  }
}

function sinceOf(
  lastEventId: string | undefined,
  startedAt: number,
): { since: number } | undefined {
  const [, run, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(lastEventId ?? '') ?? []
  return Number(run) === startedAt ? { since: Number(seq) } : undefined
}
