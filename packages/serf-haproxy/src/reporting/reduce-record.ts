import { isDeepStrictEqual } from 'node:util'
import { changedKeys } from 'versioned-map'
import type { AgentEvent } from '../state/agent-event.js'
import type { Held } from '../state/agent-state.js'
import { withEvent, withOutcome } from '../state/counters.js'
import { observed } from '../state/histogram.js'
import type { AgentFact } from './agent-fact.js'
import { noRemovals, type AgentRecord } from './agent-record.js'
import { nextStates } from './member-states.js'
import { withSeen } from './observed-record.js'
import { recordEvents } from './record-events.js'
import { refusedFiles } from './refused-files.js'
import { decisionEvents, heldRemovals } from './round-events.js'

type FactOf<K extends AgentFact['kind']> = Extract<AgentFact, { kind: K }>

/**
 * Returns the record after a fact, and the events that the fact leads to. Pure:
 * `at` is the time, in milliseconds since the epoch.
 */
export function reduceRecord(
  before: AgentRecord,
  fact: AgentFact,
  at: number,
): { readonly record: AgentRecord; readonly events: readonly AgentEvent[] } {
  const after = nextRecord(before, fact, at)
  const events = recordEvents(before, after, fact)
  const counters = events.reduce(
    (counts, { kind }) => withEvent(counts, kind, 'entry'),
    after.counters,
  )
  return { record: { ...after, counters }, events }
}

/** After an acceptance, the next decision holds again what was not accepted. */
function nextRecord(record: AgentRecord, fact: AgentFact, at: number): AgentRecord {
  switch (fact.kind) {
    case 'membership':
      return withMembership(record, fact, at)
    case 'round':
      return withCount(record, 'rounds', 1)
    case 'round-done':
      return { ...record, fault: undefined }
    case 'decision':
      return withDecision(record, fact, at)
    case 'outcome':
      return withResult(record, fact, at)
    case 'kept-generation':
      return withKept(record, fact)
    case 'event':
      return fact.event.kind === 'accepted' ? { ...record, held: undefined } : record
    case 'observation':
    case 'statistics':
    case 'probe':
      return withSeen(record, fact, at)
    case 'drift':
      return withCount(record, 'drift', Math.max(0, fact.count - record.counters.drift))
    case 'unknown-servers':
    case 'held-change':
      return withHeld(record, fact, at)
    case 'freeze':
    case 'mode-restored':
    case 'release':
    case 'drains':
      return withOperator(record, fact, at)
    case 'rejoin-request':
      return { ...record, counters: withEvent(record.counters, 'rejoin', 'occurrence') }
    case 'disk':
      return { ...record, disk: refusedFiles(record.disk, fact, at) }
    case 'failure':
      return withFailure(record, fact, at)
    default:
      return record
  }
}

type OperatorFact = FactOf<'freeze' | 'mode-restored' | 'release' | 'drains'>

function withOperator(record: AgentRecord, fact: OperatorFact, at: number): AgentRecord {
  if (fact.kind === 'drains') return { ...record, drained: fact.drained }
  if (fact.kind === 'release') return { ...record, releasedAt: record.releasedAt ?? at }
  if (fact.kind === 'mode-restored') return { ...record, frozen: fact.frozen }
  return { ...record, frozen: { since: record.frozen?.since ?? at, ...fact.frozen } }
}

function withMembership(
  record: AgentRecord,
  { membership }: FactOf<'membership'>,
  at: number,
): AgentRecord {
  const { members } = membership
  const changed = changedKeys(record.membership?.members ?? new Map(), members)
  const times = record.times.withStep(
    [...changed].filter(name => members.has(name)),
    'seen',
    at,
  )
  const wasConnected = record.wasConnected || membership.connected
  return { ...record, membership, times, wasConnected }
}

function withHeld(
  record: AgentRecord,
  { kind, held }: FactOf<'unknown-servers' | 'held-change'>,
  at: number,
): AgentRecord {
  const what = kind === 'held-change' ? 'heldChange' : 'held'
  return { ...record, [what]: held && heldSince(record[what], held, at) }
}

/** Returns what is held, with the time since when; the same object while it is equal. */
function heldSince(before: Held | undefined, held: Omit<Held, 'since'>, at: number): Held {
  const removals = same(before?.removals, held.removals)
  return same(before, { since: before?.since ?? at, ...held, removals })
}

function withDecision(
  record: AgentRecord,
  { decision, rendering, stated = record }: FactOf<'decision'>,
  at: number,
): AgentRecord {
  const { verdicts, placement, memberStates } = nextStates(stated, decision, rendering.placement)
  const changed = decisionEvents(record.memberStates, memberStates)
  const times = changed.reduce(
    (all, { member, standing }) => all.withStanding(member, standing, at),
    record.times,
  )
  const damped = changed.filter(({ standing }) => standing === 'damped').length
  const { held, memory } = decision
  const removalsBefore = record.held?.removals ?? noRemovals
  return {
    ...withCount(record, 'damped', damped),
    verdicts,
    placement,
    memberStates,
    times,
    rendering,
    quarantined: same(record.quarantined, rendering.quarantined),
    held: held && {
      since: memory.heldSince ?? at,
      reason: held.reason,
      removals: same(removalsBefore, heldRemovals(held.names, memory)),
    },
  }
}

function withResult(
  record: AgentRecord,
  { result: { outcome, cause, causeKind, reactedInMs } }: FactOf<'outcome'>,
  at: number,
): AgentRecord {
  const next = {
    ...record,
    outcome: same(record.outcome, outcome),
    counters: withOutcome(record.counters, outcome, causeKind),
  }
  if (outcome.kind !== 'applied' && outcome.kind !== 'unchanged') return next
  const { memberStates } = record
  const servers = [...changedKeys(record.reachedStates, memberStates)].filter(
    name => (memberStates.get(name)?.pools.length ?? 0) > 0,
  )
  const reached = {
    ...next,
    reachedStates: memberStates,
    times: record.times.withStep(servers, 'applied', at),
  }
  if (outcome.kind === 'unchanged') return reached
  const { via, generation: number, tookMs } = outcome
  const { latency } = record
  return {
    ...reached,
    generation: { number, at, cause, via, tookMs },
    latency: reactedInMs === undefined ? latency : observed(latency, reactedInMs),
  }
}

function withKept(record: AgentRecord, { generation }: FactOf<'kept-generation'>): AgentRecord {
  if (record.generation) return record
  const { number, at, cause, via, tookMs } = generation
  return { ...record, generation: { number, at, cause, via, tookMs } }
}

function withFailure(record: AgentRecord, { error, isPoll }: FactOf<'failure'>, at: number) {
  const { message } = error as Error
  const which = isPoll ? 'pollFault' : 'fault'
  const counters = withEvent(record.counters, 'error', 'occurrence')
  if (record[which]?.error === message) return { ...record, counters }
  return { ...record, counters, [which]: { at, error: message } }
}

function withCount(record: AgentRecord, what: 'rounds' | 'drift' | 'damped', by: number) {
  const { counters } = record
  return by === 0 ? record : { ...record, counters: { ...counters, [what]: counters[what] + by } }
}

/** Returns `before` if `after` is equal to it, so that a change shows as another object. */
function same<T>(before: T | undefined, after: T): T {
  return before !== undefined && isDeepStrictEqual(before, after) ? before : after
}
