import type { Outcome } from 'haproxy-reloader'
import type { Membership } from 'serf-events'
import type { AgentEvent, TimelineEntry } from '../state/agent-event.js'
import type { AppliedGeneration, Frozen, Held, MemberState } from '../state/agent-state.js'
import type { Clock } from '../clock.js'
import { noCounts, withOutcome, type Counters } from '../state/counters.js'
import type { Decision } from '../decision/decide.js'
import { emptyHistogram, observed } from '../state/histogram.js'
import { TimesOfMembers } from './member-times.js'
import { membershipEvents } from './membership-events.js'
import type { Observation } from '../haproxy/observe-haproxy.js'
import { isHealthy } from '../haproxy/server-status.js'
import type { Rendering } from '../rendering/renderer.js'
import { heldRemovals, outcomeText, decisionEvents } from './round-events.js'
import { memberStates } from './member-states.js'
import { timeline } from './timeline.js'

/** How many events are kept. */
const longestTimeline = 1000

/** What one round of the loop came to. */
export interface RoundResult {
  readonly outcome: Outcome
  readonly cause: string
  /** What told of the change: `doorbell`, `resync`, …; `health` where nobody did. */
  readonly causeKind: string
  /** From the doorbell until HAProxy had it; undefined where no doorbell rang. */
  readonly reactedInMs: number | undefined
}

/** All that the agent knows and has done: facts come in, events go out. */
export class AgentRecord {
  readonly #clock: Clock
  readonly emit: (event: AgentEvent) => void
  readonly timeline
  readonly times = new TimesOfMembers()
  membership: Membership | undefined
  memberStates: ReadonlyMap<string, MemberState> = new Map()
  rendering: Rendering | undefined
  held: Held | undefined
  frozen: Frozen | undefined
  observation: Observation | undefined
  outcome: Outcome | undefined
  generation: AppliedGeneration | undefined
  fault: { readonly at: number; readonly error: string } | undefined
  counters: Counters = noCounts
  latency = emptyHistogram

  constructor(clock: Clock, onEvent: (entry: TimelineEntry) => void) {
    const { timeline: entries, add } = timeline(longestTimeline, () => clock.wallTime())
    this.#clock = clock
    this.timeline = entries
    this.emit = event => onEvent(add(event))
  }

  /** Counts up; plain numbers only. */
  count(what: 'rounds' | 'held' | 'damped' | 'rejoins' | 'errors' | 'reloads', by = 1): void {
    this.counters = { ...this.counters, [what]: this.counters[what] + by }
  }

  /** A new snapshot of the membership. */
  recordMembership(membership: Membership): readonly AgentEvent[] {
    const events = membershipEvents(this.membership, membership)
    const at = this.#clock.wallTime()
    this.membership = membership
    for (const name of membership.members.keys()) this.times.note(name, 'seen', at)
    for (const event of events) this.emit(event)
    return events
  }

  /** A decision, and what it was rendered to. */
  decided(decision: Decision, rendering: Rendering): readonly AgentEvent[] {
    const at = this.#clock.wallTime()
    const before = this.memberStates
    this.memberStates = memberStates(decision, rendering)
    const events = decisionEvents(before, this.memberStates)
    for (const { member, standing } of events) {
      this.times.stand(member, standing, at)
      if (standing === 'damped') this.count('damped')
    }
    const wasQuarantined = JSON.stringify(this.rendering?.quarantined ?? [])
    this.rendering = rendering
    for (const event of events) this.emit(event)
    const { quarantined } = rendering
    if (JSON.stringify(quarantined) !== wasQuarantined) {
      const text = `${quarantined.length} members are left out of a pool`
      this.emit({ kind: 'quarantine', quarantined, text })
    }
    this.#hold(decision)
    return events
  }

  /** How an attempt to apply ended. */
  applied(result: RoundResult): void {
    const { outcome, cause, causeKind, reactedInMs } = result
    const at = this.#clock.wallTime()
    const isNews = JSON.stringify(outcome) !== JSON.stringify(this.outcome)
    this.outcome = outcome
    this.counters = withOutcome(this.counters, outcome, causeKind)
    if (outcome.kind === 'applied') {
      const { via, generation: number, tookMs } = outcome
      this.generation = { number, at, cause, via, tookMs }
      if (reactedInMs !== undefined) this.latency = observed(this.latency, reactedInMs)
    }
    if (outcome.kind === 'applied' || outcome.kind === 'unchanged') this.#reached(at)
    if (!isNews || outcome.kind === 'unchanged') return
    const text = outcomeText(outcome, cause)
    const reacted = reactedInMs !== undefined && { reactedInMs }
    this.emit({ kind: 'outcome', outcome, cause, ...reacted, text })
  }

  /** What HAProxy was seen to do. */
  observed(observation: Observation, drift: { count: number; last: string | undefined }): void {
    const { reachable, error } = observation.haproxy
    if (this.observation?.haproxy.reachable !== reachable) {
      const why = error === undefined ? {} : { error }
      const text = reachable ? 'HAProxy answers' : `HAProxy is away: ${error}`
      this.emit({ kind: 'connection', to: 'haproxy', isUp: reachable, ...why, text })
    }
    const at = this.#clock.wallTime()
    this.observation = { ...observation, haproxy: { ...observation.haproxy, seenAt: at } }
    for (const server of observation.servers.values()) {
      const { name, totalSessions } = server
      if (isHealthy(server)) this.times.note(name, 'firstHealthy', at)
      if (totalSessions > 0) this.times.note(name, 'firstRequest', at)
    }
    this.drifted(drift)
  }

  /** What others did to HAProxy, in all. */
  drifted({ count, last }: { count: number; last: string | undefined }): void {
    if (count <= this.counters.drift) return
    this.counters = { ...this.counters, drift: count }
    this.emit({ kind: 'drift', count, text: `Put right what others changed: ${last ?? 'unknown'}` })
  }

  /** From now on nothing is applied. */
  freeze(why: Omit<Frozen, 'since'>): void {
    const since = this.frozen?.since ?? this.#clock.wallTime()
    this.frozen = { since, ...why }
    const { reason = 'no reason given' } = why
    this.emit({ kind: 'frozen', ...why, text: `Changes are only watched from now on: ${reason}` })
  }

  /** Changes are applied again. */
  thaw(): void {
    if (!this.frozen) return
    this.frozen = undefined
    this.emit({ kind: 'thawed', text: 'Changes are applied again' })
  }

  /** A rollback came to nothing. */
  unpin(before: Frozen | undefined): void {
    if (before) this.frozen = before
    else this.thaw()
  }

  /** Nothing may be applied before it is known whose the running servers are. */
  holdUnknownServers(held: Held): void {
    if (this.held) return
    this.held = held
    this.count('held')
    const { reason, removals } = held
    const text = `${removals.length} removals are held: ${reason}`
    this.emit({ kind: 'held', reason, removals, text })
  }

  /** Something failed, and the newest decision is not applied. The same failure is told once. */
  failed(error: unknown): void {
    const { message, code } = error as Error & { code?: unknown }
    this.count('errors')
    if (this.fault?.error === message) return
    this.fault = { at: this.#clock.wallTime(), error: message }
    const known = typeof code === 'string' && { code }
    this.emit({ kind: 'error', error: message, ...known, text: message })
  }

  #hold({ held, memory }: Decision): void {
    const removals = held ? heldRemovals(held.names, memory) : []
    const isNews = JSON.stringify(removals) !== JSON.stringify(this.held?.removals ?? [])
    const since = memory.heldSince ?? this.#clock.wallTime()
    this.held = held && { since, reason: held.reason, removals }
    if (!isNews) return
    if (!held) {
      this.emit({ kind: 'released', text: 'No removal is held any more' })
      return
    }
    this.count('held')
    const text = `${held.names.length} removals are held: ${held.reason}`
    this.emit({ kind: 'held', reason: held.reason, removals, text })
  }

  #reached(at: number): void {
    this.fault = undefined
    for (const pool of this.rendering?.rendered.pools ?? [])
      for (const { name } of pool.servers) this.times.note(name, 'applied', at)
  }
}
