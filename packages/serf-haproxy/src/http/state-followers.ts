import type { AgentState } from '../state/agent-state.js'
import { deltaBetween } from '../state/state-delta.js'
import { eventFrame, stillHere, type EventClient, type EventFrame } from './event-client.js'

/** One client: its wish, and the revision of the state that it has. */
interface Follower {
  readonly wantsDeltas: boolean
  had: number
}

/**
 * The clients with one view of the state. Each revision of the state has a number.
 * A frame is made once for all clients. A client that wants deltas and missed one
 * gets the whole state.
 */
export class StateFollowers {
  readonly #followers = new Map<EventClient, Follower>()
  #revision = 0
  /** The newest revision of the state; undefined without a client. */
  #state: AgentState | undefined
  /** The frames of the whole state, which are made when a client needs them. */
  #frames: { plain?: EventFrame; numbered?: EventFrame } = {}

  /** Number of clients. */
  get size(): number {
    return this.#followers.size
  }

  /** The clients. */
  get clients(): Iterable<EventClient> {
    return this.#followers.keys()
  }

  /** Sends the whole state to another client: the present one if it is the first, else that of the last tick. */
  add(client: EventClient, wantsDeltas: boolean, present: () => AgentState, now: number): void {
    if (this.size === 0) this.#next(present())
    const follower = { wantsDeltas, had: 0 }
    this.#followers.set(client, follower)
    this.#sendWhole(client, follower, now)
  }

  /** Removes a client. Without clients no state is kept. */
  delete(client: EventClient): void {
    this.#followers.delete(client)
    if (this.size > 0) return
    this.#state = undefined
    this.#frames = {}
  }

  /** Sends what changed to the clients that have read everything. */
  send(state: AgentState, now: number): void {
    const base = this.#revision
    const delta = this.#next(state)
    for (const [client, follower] of this.#followers) {
      if (!client.isReading) continue
      const { wantsDeltas, had } = follower
      if (had === this.#revision) client.send(stillHere, now)
      else if (!wantsDeltas || had !== base || !delta) this.#sendWhole(client, follower, now)
      else {
        client.send(delta(), now)
        follower.had = this.#revision
      }
    }
  }

  /** Takes the next state. Returns what makes the frame of its delta; undefined for an equal state, and for the first. */
  #next(state: AgentState): (() => EventFrame) | undefined {
    const [before, base] = [this.#state, this.#revision]
    const delta = before && deltaBetween(before, state, { base, revision: base + 1 })
    if (before && !delta) return undefined
    this.#state = state
    this.#frames = {}
    this.#revision = base + 1
    let frame: EventFrame | undefined
    return delta && (() => (frame ??= eventFrame('delta', delta)))
  }

  #sendWhole(client: EventClient, follower: Follower, now: number): void {
    const [revision, state, frames] = [this.#revision, this.#state, this.#frames]
    const frame = follower.wantsDeltas
      ? (frames.numbered ??= eventFrame('state', { revision, state }))
      : (frames.plain ??= eventFrame('state', state))
    client.send(frame, now)
    follower.had = revision
  }
}
