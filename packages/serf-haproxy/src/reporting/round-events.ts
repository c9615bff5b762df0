import type { Outcome } from 'haproxy-reloader'
import { changedKeys } from 'versioned-map'
import { maxCauses, type AgentEvent } from '../state/agent-event.js'
import type { Held, MemberState } from '../state/agent-state.js'
import type { Memory } from '../decision/member-memory.js'
import { printableName } from '../printable-name.js'

/** Standings of an unknown member that are not worth an event. */
const unremarkable: ReadonlySet<string> = new Set(['not-selected', 'gone'])

type DecisionEvent = AgentEvent & { readonly kind: 'decision' }

/**
 * Returns the changed standings from one decision to the next as events: first those
 * of the members, then those of members that Serf forgot.
 */
export function decisionEvents(
  before: ReadonlyMap<string, MemberState>,
  after: ReadonlyMap<string, MemberState>,
): DecisionEvent[] {
  const events: DecisionEvent[] = []
  const forgotten: DecisionEvent[] = []
  for (const member of changedKeys(before, after)) {
    const now = after.get(member)
    const known = before.get(member)?.standing
    if (now) events.push(...eventOf(now, known))
    else if (known) forgotten.push(...forgottenEvent(member, known))
  }
  return [...events, ...forgotten]
}

function eventOf(
  { name: member, standing, reason }: MemberState,
  known: MemberState['standing'] | undefined,
): DecisionEvent[] {
  if (known === standing || (known === undefined && unremarkable.has(standing))) return []
  const text = `${printableName(member)} is ${standing}: ${reason}`
  const was = known !== undefined && { before: known }
  return [{ kind: 'decision', member, standing, ...was, reason, text }]
}

function forgottenEvent(member: string, before: MemberState['standing']): DecisionEvent[] {
  if (unremarkable.has(before)) return []
  const reason = 'it is no longer a member in Serf'
  const text = `${printableName(member)} is gone: ${reason}`
  return [{ kind: 'decision', member, standing: 'gone', before, reason, text }]
}

/** The cause of a round without a change. */
export const noChange = 'comparison at an interval'

/** Returns the cause of a round without a reported change, in words. */
export function causeOf(
  before: ReadonlyMap<string, MemberState>,
  after: ReadonlyMap<string, MemberState>,
): string {
  const texts = decisionEvents(before, after).map(({ text }) => text)
  return texts.slice(-maxCauses).join('; ') || noChange
}

/** Returns the held removals, one entry for each pool of a member. */
export function heldRemovals(names: readonly string[], { members }: Memory): Held['removals'] {
  return names.flatMap(member => (members.get(member)?.pools ?? []).map(pool => ({ pool, member })))
}

/** Describes an outcome in a sentence. */
export function outcomeText(outcome: Outcome, cause: string): string {
  switch (outcome.kind) {
    case 'applied': {
      const { generation, via, tookMs, plan } = outcome
      return `Generation ${generation} by ${via} in ${tookMs.toFixed(1)} ms: ${plan.reason} (${cause})`
    }
    case 'unchanged':
      return 'HAProxy already runs this configuration'
    case 'rejected':
      return `HAProxy rejected the configuration and keeps the previous one: ${outcome.report}`
    case 'rolled-back':
      return `The change was rolled back: ${outcome.cause}`
    case 'deferred':
      return `The change is deferred; the configuration file is ready for HAProxy: ${outcome.cause}`
    default:
      return 'A newer configuration replaced this one before it was applied'
  }
}
