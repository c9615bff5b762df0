import type { Generation, Outcome } from 'haproxy-reloader'
import type { Quarantined } from 'haproxy-config-render'
import type { TimelineEntry } from '../state/agent-event.js'
import type { AgentState } from '../state/agent-state.js'
import type { Explanation } from '../state/explanation.js'
import { outcomeText } from '../reporting/round-events.js'

/*
 * The part of the agent's data that any client may read over TCP: everything
 * but text of a configuration. Numbers, causes, names and counts stay.
 */

/** The part of the data that a client may read: `open` is without text of a configuration. */
export type View = 'full' | 'open'

/** The text in the place of one that only the control socket and the token show. */
const withheld = 'the text is shown over the control socket, or with the token'

/** Returns the state that a client may read. */
export function stateFor(state: AgentState, view: View): AgentState {
  return view === 'full' ? state : openState(state)
}

/** Returns the entry of the timeline that a client may read. */
export function entryFor(entry: TimelineEntry, view: View): TimelineEntry {
  return view === 'full' ? entry : openEntry(entry)
}

function openState(state: AgentState): AgentState {
  const { outcome, fault, probeFault, configuration, quarantined, members, haproxy, serf } = state
  const rejected = rejectedMembers(quarantined)
  return {
    ...state,
    serf: openConnection(serf),
    haproxy: openConnection(haproxy),
    members: members.map(member =>
      rejected.has(member.name) && member.decidedBy === 'fitness'
        ? { ...member, reason: openRejection }
        : member,
    ),
    quarantined: openQuarantined(quarantined),
    ...(outcome && { outcome: openOutcome(outcome) }),
    ...(fault && { fault: { ...fault, error: withoutQuotes(fault.error) } }),
    ...(probeFault && { probeFault: { ...probeFault, error: withoutQuotes(probeFault.error) } }),
    configuration: {
      ...configuration,
      ...(configuration.refused !== undefined && { refused: withoutQuotes(configuration.refused) }),
    },
  }
}

function openEntry(entry: TimelineEntry): TimelineEntry {
  switch (entry.kind) {
    case 'outcome': {
      const outcome = openOutcome(entry.outcome)
      return { ...entry, outcome, text: outcomeText(outcome, entry.cause) }
    }
    case 'error':
    case 'probe-failed':
      return { ...entry, error: withoutQuotes(entry.error), text: withoutQuotes(entry.text) }
    case 'configuration':
    case 'connection':
      return {
        ...entry,
        text: withoutQuotes(entry.text),
        ...(entry.error !== undefined && { error: withoutQuotes(entry.error) }),
      }
    case 'action':
      return { ...entry, text: withoutQuotes(entry.text), result: withoutQuotes(entry.result) }
    case 'decision':
    case 'drift':
      return { ...entry, text: withoutQuotes(entry.text) }
    case 'quarantine':
      return { ...entry, quarantined: openQuarantined(entry.quarantined) }
    default:
      return entry
  }
}

/** A generation without its difference, and without the options of its servers. */
export type OpenGeneration = Omit<Generation, 'diff'> & { readonly diff?: string }

/** Returns a generation without text of a configuration. */
export function openGeneration(generation: Generation): OpenGeneration {
  const { number, at, cause, via, plan, tookMs } = generation
  return { number, at, cause, via, plan: openPlan(plan), tookMs }
}

/** Returns an explanation without the words of HAProxy about the member's lines. */
export function openExplanation(explanation: Explanation): Explanation {
  const isRejected = explanation.rules.some(({ rule }) => isRejection(rule))
  return {
    ...explanation,
    ...(isRejected && { now: withoutQuotes(explanation.now) }),
    rules: explanation.rules.map(each =>
      isRejection(each.rule) ? { ...each, found: openRejection } : each,
    ),
  }
}

/** Reason of a member whose lines HAProxy rejects; HAProxy's words quote the lines. */
const openRejection = `HAProxy rejects its lines; ${withheld}`

function isRejection(rule: string): boolean {
  return rule.endsWith(': fit (rejected)')
}

function rejectedMembers(quarantined: readonly Quarantined[]): ReadonlySet<string> {
  return new Set(quarantined.flatMap(({ member, code }) => (code === 'rejected' ? member : [])))
}

function openQuarantined(quarantined: readonly Quarantined[]): readonly Quarantined[] {
  return quarantined.map(each =>
    each.code === 'rejected' ? { ...each, reason: openRejection } : each,
  )
}

function openConnection<T extends { readonly error?: string }>(connection: T): T {
  return connection.error === undefined
    ? connection
    : { ...connection, error: withoutQuotes(connection.error) }
}

function openOutcome(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'applied':
    case 'unchanged':
      return { ...outcome, plan: openPlan(outcome.plan) }
    case 'rejected':
      return { ...outcome, report: withheld }
    case 'rolled-back':
      return { ...outcome, cause: withheld }
    case 'deferred':
      return { ...outcome, cause: withoutQuotes(outcome.cause) }
    default:
      return outcome
  }
}

function openPlan<T extends Generation['plan']>(plan: T): T {
  const operations = plan.operations.map(operation =>
    'server' in operation
      ? { ...operation, server: { ...operation.server, options: '' } }
      : operation,
  )
  return { ...plan, reason: withoutQuotes(plan.reason), operations }
}

/** The end of an error's line: the text that it found and quotes. */
const found = /\bgot (?!no\b|nothing\b|a \w+$).*$/gm
const quoted = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|`[^`\n]*`/g

/** Returns an error's text without what it quotes. */
export function withoutQuotes(text: string): string {
  return text.replaceAll(quoted, '“…”').replaceAll(found, 'got “…”')
}
