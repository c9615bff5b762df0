import type { Outcome } from 'haproxy-reloader'
import { maxCauses, type AgentEvent } from '../state/agent-event.js'
import type { Held, MemberState } from '../state/agent-state.js'
import type { Memory } from '../decision/member-memory.js'
import { printableName } from '../printable-name.js'

/** Standings of an unknown member that are not worth an event. */
const unremarkable: ReadonlySet<string> = new Set(['not-selected', 'gone'])

type DecisionEvent = AgentEvent & { readonly kind: 'decision' }

/** Returns the changed standings from one decision to the next as events. */
export function decisionEvents(
  before: ReadonlyMap<string, MemberState>,
  after: ReadonlyMap<string, MemberState>,
): DecisionEvent[] {
  const events: DecisionEvent[] = []
  for (const [member, { standing, reason }] of after) {
    const known = before.get(member)?.standing
    if (known === standing || (known === undefined && unremarkable.has(standing))) continue
    const text = `${printableName(member)} is ${standing}: ${reason}`
    const was = known !== undefined && { before: known }
    events.push({ kind: 'decision', member, standing, ...was, reason, text })
  }
  for (const [member, { standing }] of before) {
    if (after.has(member) || unremarkable.has(standing)) continue
    const reason = 'it is no longer a member in Serf'
    const text = `${printableName(member)} is gone: ${reason}`
    events.push({ kind: 'decision', member, standing: 'gone', before: standing, reason, text })
  }
  return events
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
