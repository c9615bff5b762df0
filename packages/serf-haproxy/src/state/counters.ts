import type { Outcome } from 'haproxy-reloader'
import { eventKinds, type EventCounter, type EventKindName } from './event-kinds.js'

type Kinds = typeof eventKinds
type CountedKind = {
  [K in EventKindName]: Kinds[K] extends { readonly counter: EventCounter } ? K : never
}[EventKindName]
type EventCounterName = Kinds[CountedKind]['counter']['name']

/** Counts since the agent started. Those of event kinds come from {@link eventKinds}. */
export interface Counters extends Readonly<Record<EventCounterName, number>> {
  /** Rounds of the loop: members, decision, HAProxy. */
  readonly rounds: number
  /** Plans that were carried out, by kind. */
  readonly plans: Readonly<Record<'noop' | 'runtime' | 'reload', number>>
  /** Applied plans by the kind of their cause: `initial`, `log`, `event`, `resync`, `reconnect`, … */
  readonly causes: Readonly<Record<string, number>>
  /** Attempts to apply, by the kind of their outcome. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Reloads that HAProxy carried out. */
  readonly reloads: number
  /** Reloads by the kind of their reason: `text`, `options`, `pool`, `burst`, … */
  readonly reloadTriggers: Readonly<Record<string, number>>
  /** Corrected changes that other programs made to HAProxy or its file. */
  readonly drift: number
  /** Members that became damped. */
  readonly damped: number
}

/** The counters of the event kinds. */
export const eventCounters: readonly (EventCounter & { readonly name: EventCounterName })[] =
  Object.values(eventKinds).flatMap(kind => ('counter' in kind ? kind.counter : []))

/** The counters at the start of the agent. */
export const noCounts: Counters = {
  rounds: 0,
  plans: { noop: 0, runtime: 0, reload: 0 },
  causes: {},
  outcomes: {},
  reloads: 0,
  reloadTriggers: {},
  drift: 0,
  damped: 0,
  ...(Object.fromEntries(eventCounters.map(({ name }) => [name, 0])) as Record<
    EventCounterName,
    number
  >),
}

/** Returns the counters after `kind` happened once, as an entry of the timeline or as a repetition. */
export function withEvent(
  counters: Counters,
  kind: EventKindName,
  per: EventCounter['per'],
): Counters {
  const row = eventKinds[kind]
  if (!('counter' in row) || row.counter.per !== per) return counters
  const { name } = row.counter
  return { ...counters, [name]: counters[name] + 1 }
}

/** Returns the counters after one attempt to apply a configuration. */
export function withOutcome(counters: Counters, outcome: Outcome, cause: string): Counters {
  const { plans, outcomes, causes, reloads, reloadTriggers } = counters
  const isChange = outcome.kind === 'applied'
  const isReload = isChange && outcome.via === 'reload'
  const plan = isChange || outcome.kind === 'unchanged' ? outcome.plan : undefined
  return {
    ...counters,
    plans: plan ? { ...plans, [plan.kind]: plans[plan.kind] + 1 } : plans,
    outcomes: withOne(outcomes, outcome.kind),
    causes: isChange ? withOne(causes, cause) : causes,
    reloads: reloads + Number(isReload),
    reloadTriggers: isReload
      ? withOne(reloadTriggers, outcome.plan.trigger ?? 'unknown')
      : reloadTriggers,
  }
}

function withOne(counts: Readonly<Record<string, number>>, name: string) {
  return { ...counts, [name]: (counts[name] ?? 0) + 1 }
}
